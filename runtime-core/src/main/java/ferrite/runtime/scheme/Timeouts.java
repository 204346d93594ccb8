package ferrite.runtime.scheme;

import ferrite.runtime.schedule.Scheduler;
import ferrite.spi.error.Errno;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.Request;

/// The `Timeout` operation: completes with ETIMEDOUT after `offset` nanoseconds.
final class Timeouts implements AsyncScheme {
    private final Scheduler scheduler;

    Timeouts(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    public void handle(Request request) {
        if (request.offset() < 0) {
            request.fail(Errno.EINVAL);
            return;
        }
        scheduler.at(System.nanoTime() + request.offset(), () -> request.fail(Errno.ETIMEDOUT));
    }

    @Override
    public void cancel(Request request) {
        request.fail(Errno.ECANCELED);
    }
}
