package ferrite.runtime.context;

import ferrite.runtime.ring.ProducerEnd;
import ferrite.runtime.schedule.Scheduler;
import java.util.function.BooleanSupplier;

/// The far end of a ring to a scheme, at which the runtime's polling thread looks.
final class PolledServer implements ConsumerRing.Server {
    private final Scheduler scheduler;
    private final ServedScheme scheme;
    private final BooleanSupplier hasWork;

    PolledServer(Scheduler scheduler, ServedScheme scheme, ProducerEnd end) {
        this.scheduler = scheduler;
        this.scheme = scheme;
        hasWork = () -> end.hasWaiting() || end.cancelsWaiting();
        scheduler.poll(hasWork, scheme.context());
    }

    @Override
    public void submitted() {
        scheduler.tellPoller();
    }

    @Override
    public void closed() {
        scheduler.stopPolling(hasWork);
        scheme.context().wake();
    }
}
