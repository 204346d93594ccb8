package ferrite.runtime.context;

import ferrite.runtime.ring.InFlight;
import ferrite.runtime.ring.ProducerEnd;
import ferrite.runtime.ring.Ring;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.RingState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The kernel's end of a context's user-to-kernel ring.
///
/// Entries are received by the asking context itself, inline in its `enter`: there is no kernel thread. Answers may
/// come from whichever thread ran the server, so they are posted under a lock.
public final class KernelRing implements ConsumerRing.Server {
    private final Ring ring;
    private final KernelContext context;
    private final Syscalls syscalls;
    private final ReentrantLock answers = new ReentrantLock();

    /// What each received record has become. Written before the call begins, read under the context's token.
    private final @Nullable KernelCall[] calls;

    KernelRing(KernelContext context, RingParameters parameters, Syscalls syscalls) {
        this.context = context;
        this.syscalls = syscalls;
        ring = new Ring(context.label() + " → kernel", new Ring.Attachment.UserToKernel(), parameters);
        calls = new KernelCall[parameters.inFlightMax()];
    }

    Ring ring() {
        return ring;
    }

    /// Who asks.
    public KernelContext context() {
        return context;
    }

    /// Notes what a record has become, for cancellation.
    public void began(InFlight record, KernelCall call) {
        calls[record.index()] = call;
    }

    /// Answers a record. Any thread.
    public void complete(InFlight record, long status, long extra) {
        answers.lock();
        try {
            ring.producer().complete(record, status, extra);
            if (ring.state() == RingState.DRAINING) {
                ring.producer().drained();
            }
        } finally {
            answers.unlock();
        }
        context.wake();
    }

    /// Posts an event of a multi-shot record. Any thread.
    boolean post(InFlight record, long status, long extra) {
        answers.lock();
        try {
            return ring.producer().post(record, status, extra);
        } finally {
            answers.unlock();
            context.wake();
        }
    }

    @Override
    public void submitted() {
        ProducerEnd end = ring.producer();
        for (InFlight record = end.receive(); record != null; record = end.receive()) {
            syscalls.begin(this, record);
        }
        if (ring.state() == RingState.BROKEN) {
            abandon();
        }
        cancelAsked();
    }

    @Override
    public void closed() {
        cancelAsked();
        answers.lock();
        try {
            ring.producer().drained();
        } finally {
            answers.unlock();
        }
    }

    private void abandon() {
        List<KernelCall> received = new ArrayList<>();
        ring.producer().forEachReceived(record -> {
            KernelCall call = calls[record.index()];
            if (call != null) {
                received.add(call);
            }
        });
        received.forEach(KernelCall::cancel);
        answers.lock();
        try {
            ring.producer().abandon();
        } finally {
            answers.unlock();
        }
    }

    private void cancelAsked() {
        if (!ring.producer().cancelsWaiting()) {
            return;
        }
        List<KernelCall> asked = new ArrayList<>();
        ring.producer().forEachCancelled(record -> {
            KernelCall call = calls[record.index()];
            if (call != null) {
                asked.add(call);
            }
        });
        asked.forEach(KernelCall::cancel);
    }
}
