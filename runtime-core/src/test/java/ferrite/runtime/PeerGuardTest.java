package ferrite.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.context.Context;
import ferrite.spi.error.Errno;
import ferrite.spi.plugin.Layer;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemeSocket;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A plug-in that closes its slices while another plug-in works on them: the bytes stay until the last completion.
/// Freed bytes are poisoned, so that a slice which was given back too early does not show what was written into it.
@Timeout(60)
class PeerGuardTest {
    private static final SchemeName KEEPER = new SchemeName("keeper");

    /// Private opcode: the first eight bytes of the buffer are the additional word, now and when it is answered.
    private static final int CHECK = 200;

    private static final int CHECKS = 20_000;
    private static final int IN_FLIGHT_MOST = 24;
    private static final int EVENTS = 5;

    /// Keeps each request for a turn or longer before it answers: an ordinary one with 0 or, if its bytes have changed,
    /// EIO; a multi-shot one after [#EVENTS] events.
    private static final class Keeper implements AsyncScheme {
        private final Deque<Request> kept = new ArrayDeque<>();
        private int posted;

        @Override
        public void handle(Request request) {
            if (holdsItsWord(request)) {
                kept.add(request);
            } else {
                request.fail(Errno.EIO);
            }
        }

        private static boolean holdsItsWord(Request request) {
            return request.buffer().segment().get(ValueLayout.JAVA_LONG, 0) == request.additional1();
        }

        /// Answers half of what it has.
        void answerSome() {
            for (int left = (kept.size() + 1) / 2; left > 0; left--) {
                Request request = kept.remove();
                if (!holdsItsWord(request)) {
                    request.fail(Errno.EIO);
                } else if ((request.flags() & SqeFlags.SUBSCRIBE) == 0 || posted == EVENTS) {
                    request.complete(0);
                } else {
                    posted += request.post(posted, 0) ? 1 : 0;
                    kept.addFirst(request);
                    return;
                }
            }
        }

        @Override
        public void cancel(Request request) {
            kept.remove(request);
            request.fail(Errno.ECANCELED);
        }
    }

    /// Submits one buffer after the other, and closes each at once.
    private static final class Asker {
        private final BufferPool pool;
        private final ConsumerInstance ring;
        private int sent;
        private int answered;
        private int failed;

        Asker(Context context) {
            pool = context.pool();
            ring = context.connect(KEEPER, RingParameters.DEFAULT);
        }

        int turn() {
            int before = sent + answered;
            while (sent < CHECKS && sent - answered < IN_FLIGHT_MOST && submit()) {
                sent++;
            }
            ring.reap(
                    (CompletionQueueEntry done) -> {
                        answered++;
                        failed += done.status() == 0 ? 0 : 1;
                    },
                    IN_FLIGHT_MOST);
            return sent + answered - before;
        }

        private boolean submit() {
            try (BufferSlice slice = pool.acquire(64 + sent % 4_000, 8)) {
                slice.segment().set(ValueLayout.JAVA_LONG, 0, sent);
                return ring.submit(SubmissionQueueEntry.of(CHECK).withAdditional(sent, 0), slice);
            }
        }
    }

    private Kernel kernel;

    @BeforeEach
    void boot() {
        kernel = Kernel.boot(new KernelParameters("test", 1 << 20, 256 << 20, true));
        Keeper keeper = new Keeper();
        SchemeSocket[] socket = new SchemeSocket[1];
        kernel.launch(
                new LaunchSpec("keeper", "keeper", Layer.CONTROLLER_DRIVER, Optional.empty()),
                (context, _, _) -> new ScriptPlugin(() -> socket[0] = context.serve(KEEPER), () -> {
                    keeper.answerSome();
                    return socket[0].poll(Integer.MAX_VALUE, keeper) + keeper.kept.size();
                }));
    }

    @AfterEach
    void close() {
        kernel.close();
    }

    @Test
    void bytesOfAPluginThatClosesItsSlicesAtOnceAreNotReusedBeforeTheAnswer() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        AtomicInteger failed = new AtomicInteger();
        AtomicLong left = new AtomicLong();
        @Nullable Asker[] asker = new Asker[1];
        kernel.launch(
                new LaunchSpec("client", "client", Layer.CLASS_DRIVER, Optional.empty()),
                (context, _, _) -> new ScriptPlugin(() -> asker[0] = new Asker(context), () -> {
                    Asker asking = Objects.requireNonNull(asker[0]);
                    int found = asking.turn();
                    if (asking.answered == CHECKS && done.getCount() > 0) {
                        failed.set(asking.failed);
                        left.set(context.pool().bytesInUse() + context.pool().guardedSlices());
                        done.countDown();
                    }
                    return found;
                }));

        assertThat(done.await(50, TimeUnit.SECONDS)).isTrue();
        assertThat(failed).as("of %d whose bytes had changed", CHECKS).hasValue(0);
        assertThat(left).as("bytes in use and guarded slices").hasValue(0);
    }

    @Test
    void multiShotRequestKeepsItsBytesUntilItsLastCompletion() {
        List<Integer> guarded = new ArrayList<>();
        List<Long> statuses = new ArrayList<>();
        ScriptPlugin.in(kernel, "client", Layer.CLASS_DRIVER, context -> {
            ConsumerInstance ring = context.connect(KEEPER, RingParameters.DEFAULT);
            try (BufferSlice slice = context.pool().acquire(4_096, 8)) {
                slice.segment().set(ValueLayout.JAVA_LONG, 0, 0x5EED);
                ring.submit(
                        SubmissionQueueEntry.of(CHECK)
                                .withFlags(SqeFlags.SUBSCRIBE)
                                .withAdditional(0x5EED, 0),
                        slice);
            }
            while (statuses.size() < EVENTS + 1) {
                ring.enter(1);
                guarded.add(context.pool().guardedSlices());
                ring.reap((CompletionQueueEntry done) -> statuses.add(done.status()), 1);
            }
            guarded.add(context.pool().guardedSlices());
        });
        assertThat(statuses).containsExactly(0L, 1L, 2L, 3L, 4L, 0L);
        assertThat(guarded).containsExactly(1, 1, 1, 1, 1, 1, 0);
    }
}
