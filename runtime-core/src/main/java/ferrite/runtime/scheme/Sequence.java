package ferrite.runtime.scheme;

import ferrite.runtime.context.KernelCall;
import ferrite.runtime.context.KernelContext;
import ferrite.runtime.context.KernelRing;
import ferrite.runtime.context.SchemeTarget;
import ferrite.runtime.ring.InFlight;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.Request;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// An operation that takes several calls, one after the other. The schemes see only the calls, the asker only the end.
///
/// One step is outstanding at a time; whoever answers it begins the next, in a loop and never nested, however many
/// steps are answered at once. So the fields of a sequence need no lock.
abstract class Sequence {
    private static final SchemeTarget TARGET = new KernelTarget("sequence", new Runner());
    private static final KernelCall.Conclusion STEP_ANSWERED = Sequence::answered;

    private final KernelContext context;

    /// Answers that were not looked at: whoever raises it from 0 looks.
    private final AtomicInteger turns = new AtomicInteger();

    private @Nullable KernelCall whole;
    private volatile @Nullable KernelCall step;
    private volatile boolean cancelled;
    private boolean cancelTold;
    private boolean hasAnswer;
    private long answer;

    Sequence(KernelContext context) {
        this.context = context;
    }

    /// @return the next step; null: there is none, [#status] is the answer
    abstract @Nullable KernelCall next();

    /// The answer of the last step, or ECANCELED before the next one.
    abstract void answered(long status);

    /// What the asker sees as the status.
    abstract long status();

    /// What the asker sees beside the status.
    long extra() {
        return 0;
    }

    /// Gives back what the sequence took for itself; before the asker is answered, once.
    void end() {}

    /// Whether it stops when the asker wants it back.
    boolean isCancellable() {
        return true;
    }

    final KernelContext context() {
        return context;
    }

    /// A step.
    ///
    /// @param file the server's own number
    /// @param at offset, or open flags
    final KernelCall step(SchemeTarget server, Opcode opcode, long file, @Nullable BufferSlice bytes, long at) {
        SubmissionQueueEntry entry =
                SubmissionQueueEntry.of(opcode).withFd(file).withOffset(at);
        return new KernelCall(context, server, entry, bytes, STEP_ANSWERED, this);
    }

    /// Begins it as the operation of an entry.
    ///
    /// @return 0: it answers itself
    final long begin(KernelRing ring, InFlight record) {
        ring.callFor(record)
                .fill(TARGET, record.opcode(), record.fd(), null, record.offset(), KernelCall.Conclusion.PASS, this)
                .begin();
        return 0;
    }

    private static long answered(KernelCall call, long status) {
        if (call.subject() instanceof Sequence sequence) {
            sequence.hasAnswer = true;
            sequence.answer = status;
            sequence.advance();
        }
        return status;
    }

    private void advance() {
        if (turns.getAndIncrement() != 0) {
            return; // somebody, perhaps further down this stack, is in the loop and goes on for us
        }
        do {
            beginNext();
        } while (turns.decrementAndGet() != 0);
    }

    private void beginNext() {
        KernelCall following;
        try {
            if (hasAnswer) {
                hasAnswer = false;
                answered(answer);
            }
            if (cancelled && !cancelTold) {
                cancelTold = true;
                answered(Errno.ECANCELED.status());
            }
            following = next();
        } catch (SchemeException failed) {
            finish(failed.errno().status(), 0);
            return;
        }
        if (following == null) {
            finish(status(), extra());
            return;
        }
        step = following;
        following.begin();
        if (cancelled) {
            following.cancel(); // the wish may have come before the step was known to its server
        }
    }

    private void finish(long status, long extra) {
        KernelCall asker = whole;
        whole = null;
        step = null;
        end();
        if (asker != null) {
            asker.complete(status, extra);
        }
    }

    /// Where sequences begin and are taken back.
    private static final class Runner implements AsyncScheme {
        @Override
        public void handle(Request request) {
            if (request instanceof KernelCall call && call.subject() instanceof Sequence sequence) {
                sequence.whole = call;
                sequence.advance();
            }
        }

        @Override
        public void cancel(Request request) {
            if (request instanceof KernelCall call
                    && call.subject() instanceof Sequence sequence
                    && sequence.isCancellable()) {
                sequence.cancelled = true;
                KernelCall now = sequence.step;
                if (now != null) {
                    now.cancel();
                }
            }
        }
    }
}
