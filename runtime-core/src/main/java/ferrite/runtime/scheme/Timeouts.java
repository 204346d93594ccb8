package ferrite.runtime.scheme;

import ferrite.runtime.context.KernelCall;
import ferrite.runtime.context.KernelRing;
import ferrite.runtime.context.SchemeTarget;
import ferrite.runtime.ring.InFlight;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.Opcode;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.Request;

/// The operations `Timeout`, which completes with ETIMEDOUT after `offset` nanoseconds, and `LinkTimeout`, which at
/// that
/// time also takes back the entry before it in its chain.
///
/// What a link timeout limits may end first; then the ring answers the timeout ECANCELED itself, and the alarm is void
/// because its record has gone on to another use.
final class Timeouts implements AsyncScheme {
    private final Alarms alarms;
    private final SchemeTarget target = new KernelTarget("timeout", this);

    Timeouts(Alarms alarms) {
        this.alarms = alarms;
    }

    /// @return a negative status if the operation was refused; otherwise 0
    long begin(KernelRing ring, InFlight record) {
        if (record.offset() < 0) {
            return Errno.EINVAL.status();
        }
        if (record.opcode() == Opcode.LINK_TIMEOUT.code() && record.limited() == null) {
            return Errno.ECANCELED.status();
        }
        long at = System.nanoTime() + record.offset();
        KernelCall call = ring.callFor(record);
        Alarm alarm = record.opcode() == Opcode.LINK_TIMEOUT.code()
                ? new Limit(at, ring, record, call)
                : new Timeout(at, call);
        call.fill(target, record.opcode(), 0, null, record.offset(), KernelCall.Conclusion.PASS, alarm)
                .begin();
        return 0;
    }

    @Override
    public void handle(Request request) {
        alarms.add(alarmOf(request));
    }

    @Override
    public void cancel(Request request) {
        if (alarmOf(request).claim()) {
            request.fail(Errno.ECANCELED);
        }
    }

    private static Alarm alarmOf(Request request) {
        if (request instanceof KernelCall call && call.subject() instanceof Alarm alarm) {
            return alarm;
        }
        throw new IllegalStateException("a timeout without an alarm");
    }

    private static final class Timeout extends Alarm {
        private final KernelCall call;

        Timeout(long nanoTime, KernelCall call) {
            super(nanoTime);
            this.call = call;
        }

        @Override
        void ring() {
            call.fail(Errno.ETIMEDOUT);
        }
    }

    private static final class Limit extends Alarm {
        private final KernelRing ring;
        private final InFlight record;
        private final int generation;
        private final KernelCall call;

        Limit(long nanoTime, KernelRing ring, InFlight record, KernelCall call) {
            super(nanoTime);
            this.ring = ring;
            this.record = record;
            this.call = call;
            generation = record.generation();
        }

        /// Reads fields that belong to the context's token. Whoever sees this alarm sees them as they were when it was
        /// made, or later: so it may find out late that it is over, but not too early.
        @Override
        boolean isOver() {
            return super.isOver() || !isWaiting();
        }

        @Override
        void ring() {
            ring.context().soon(this::expire); // records are looked at under the token only
        }

        private void expire() {
            if (!isWaiting()) {
                return;
            }
            InFlight limited = record.limited();
            KernelCall late = limited == null ? null : ring.callOf(limited);
            call.fail(Errno.ETIMEDOUT); // first: when what it limits has ended, the ring answers it ECANCELED
            if (late != null) {
                late.cancel();
            }
        }

        private boolean isWaiting() {
            return record.generation() == generation && record.isReceived();
        }
    }
}
