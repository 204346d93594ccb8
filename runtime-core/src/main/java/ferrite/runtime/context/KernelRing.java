package ferrite.runtime.context;

import ferrite.runtime.ring.InFlight;
import ferrite.runtime.ring.ProducerEnd;
import ferrite.runtime.ring.Ring;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.RingState;
import ferrite.spi.ring.SqeFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The kernel's end of a context's user-to-kernel ring.
///
/// Entries are received by the asking context itself, inline in its `enter`: there is no kernel thread. Answers that are
/// given on the thread that holds the context's token go straight into the ring; those of other threads wait in a queue
/// until the context looks. So the ring needs no lock. After the asking end has closed nobody looks: then whoever
/// answers empties the queue, under a lock.
public final class KernelRing implements ConsumerRing.Server {
    /// Events of other threads that may wait: as many as the ring itself would hold.
    private static final int EVENTS_WAITING_MAX = 4096;

    private record Answer(InFlight record, int generation, long status, long extra, boolean terminal) {}

    private final Ring ring;
    private final KernelContext context;
    private final Syscalls syscalls;
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final AtomicInteger eventsWaiting = new AtomicInteger();
    private final ReentrantLock ending = new ReentrantLock();
    private volatile boolean ended;

    /// What each received record has become. Written under the context's token.
    private final AtomicReferenceArray<@Nullable KernelCall> calls;

    private FileDescription[] registered = new FileDescription[0];

    KernelRing(KernelContext context, String name, RingParameters parameters, Syscalls syscalls) {
        this.context = context;
        this.syscalls = syscalls;
        ring = new Ring(name, new Ring.Attachment.UserToKernel(), parameters);
        calls = new AtomicReferenceArray<>(parameters.inFlightMax());
    }

    Ring ring() {
        return ring;
    }

    /// Who asks.
    public KernelContext context() {
        return context;
    }

    /// The file that an entry means.
    ///
    /// @throws SchemeException EBADF
    public FileDescription file(InFlight record) {
        long fd = record.fd();
        if ((record.flags() & SqeFlags.REGISTERED_FILE) != 0) {
            if (fd < 0 || fd >= registered.length) {
                throw new SchemeException(
                        Errno.EBADF, "registered file " + fd + " of " + registered.length + " on " + ring.name());
            }
            return registered[(int) fd];
        }
        FileDescription file = context.files().find(fd);
        if (file == null) {
            throw new SchemeException(Errno.EBADF, "descriptor " + fd);
        }
        return file;
    }

    /// A call for this record, to be filled and begun: the record's last one if nobody can have kept it.
    public KernelCall callFor(InFlight record) {
        KernelCall call = calls.getPlain(record.index());
        return call != null && call.isReusable() ? call : newCallFor(record);
    }

    private KernelCall newCallFor(InFlight record) {
        KernelCall call = new KernelCall(context, this, record);
        calls.setRelease(record.index(), call);
        return call;
    }

    /// What a record that waits for its answer has become; null for one that the ring itself answers.
    public @Nullable KernelCall callOf(InFlight record) {
        KernelCall call = calls.getAcquire(record.index());
        return call != null && call.isLive() ? call : null;
    }

    /// Answers a record, for which no other answer was given in this use of it. Any thread.
    public void complete(InFlight record, int generation, long status, long extra) {
        if (context.isMine() && !ended && answers.isEmpty()) {
            if (record.generation() == generation) {
                ring.producer().complete(record, status, extra);
                context.wake(); // our own: it looks at its completions before it rests
            }
            return;
        }
        answers.add(new Answer(record, generation, status, extra, true));
        tell();
    }

    /// Posts an event of a multi-shot record. Any thread.
    boolean post(InFlight record, int generation, long status, long extra) {
        if (context.isMine() && !ended) {
            if (!record.isReceived() || record.generation() != generation) {
                return true;
            }
            context.wake();
            if (answers.isEmpty() && ring.producer().post(record, status, extra)) {
                return true;
            }
        }
        if (eventsWaiting.get() >= EVENTS_WAITING_MAX) {
            return false;
        }
        eventsWaiting.incrementAndGet();
        answers.add(new Answer(record, generation, status, extra, false));
        tell();
        return true;
    }

    @Override
    public void submitted() {
        ProducerEnd end = ring.producer();
        if (!answers.isEmpty()) {
            take();
        }
        int before = end.answers();
        end.holdBack();
        try {
            for (InFlight record = end.receive(); record != null; record = end.receive()) {
                syscalls.begin(this, record);
            }
            if (end.cancelsWaiting()) {
                cancelAsked();
            }
        } finally {
            end.publish(); // or what others answer later would be held back as well
        }
        if (end.answers() != before) {
            context.wake();
        }
        if (ring.state() == RingState.BROKEN) {
            abandon();
        }
    }

    @Override
    public void collect() {
        context.doSoon();
        if (!answers.isEmpty()) {
            take();
        }
        if (ring.producer().hasReady()) {
            submitted();
        }
    }

    @Override
    public void closed() {
        if (ended) {
            return;
        }
        collect();
        cancelAsked();
        if (ring.state() == RingState.BROKEN) {
            abandon();
        }
        register();
        ended = true;
        finish();
    }

    /// @throws SchemeException EBADF if one is not open
    void register(long... fds) {
        FileDescription[] files = new FileDescription[fds.length];
        for (int i = 0; i < fds.length; i++) {
            FileDescription file = context.files().find(fds[i]);
            if (file == null) {
                throw new SchemeException(Errno.EBADF, "descriptor " + fds[i] + " of " + context.label());
            }
            files[i] = file;
        }
        for (FileDescription file : files) {
            file.retain();
        }
        FileDescription[] before = registered;
        registered = files;
        for (FileDescription file : before) {
            if (file.release()) {
                syscalls.close(context, file);
            }
        }
    }

    private void tell() {
        if (ended) {
            finish();
        } else {
            context.wake();
        }
    }

    /// Takes what other threads have answered.
    private void take() {
        ProducerEnd end = ring.producer();
        // In order; an event for which there is no place holds up what came after it, until some are reaped.
        for (Answer answer = answers.peek(); answer != null; answer = answers.peek()) {
            InFlight record = answer.record;
            boolean live = record.isReceived() && record.generation() == answer.generation;
            if (answer.terminal) {
                if (live) {
                    end.complete(record, answer.status, answer.extra);
                }
            } else {
                if (live && !end.post(record, answer.status, answer.extra)) {
                    return;
                }
                eventsWaiting.decrementAndGet();
            }
            answers.remove();
        }
    }

    /// After the asking end has closed. Any thread.
    private void finish() {
        ending.lock();
        try {
            take();
            ring.producer().drained();
        } finally {
            ending.unlock();
        }
    }

    private void abandon() {
        List<KernelCall> received = new ArrayList<>();
        ring.producer().forEachReceived(record -> {
            KernelCall call = callOf(record);
            if (call != null) {
                received.add(call);
            }
        });
        received.forEach(KernelCall::cancel);
        ring.producer().abandon();
    }

    private void cancelAsked() {
        List<InFlight> asked = new ArrayList<>();
        ring.producer().forEachCancelled(asked::add);
        for (InFlight record : asked) {
            KernelCall call = callOf(record);
            if (call != null) {
                call.cancel();
            }
        }
    }
}
