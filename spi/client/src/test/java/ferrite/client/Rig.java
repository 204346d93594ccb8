package ferrite.client;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.RingParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.Assertions;

/// A reactor with one fake ring, driven by the test.
final class Rig {
    static final RingParameters SMALL = new RingParameters(4, 16);

    final FakePool pool = new FakePool();
    final List<Throwable> uncaught = new ArrayList<>();
    final Reactor reactor;
    final FakeRing ring;
    final PrimaryRingId id;

    Rig(FakeRing.Server server) {
        this(server, SMALL, 64);
    }

    Rig(FakeRing.Server server, RingParameters parameters, int requestsMax) {
        reactor = Reactor.builder(pool)
                .requestsMax(requestsMax)
                .closeTimeoutNanos(0)
                .onUncaught(uncaught::add)
                .build();
        ring = new FakeRing(parameters, server);
        id = reactor.addPrimary(ring, parameters);
    }

    Handle handle() {
        return reactor.handle(id);
    }

    RingMeter meter() {
        return reactor.meter(id);
    }

    BufferSlice slice(int bytes) {
        return pool.acquire(bytes, 1);
    }

    /// Turns until nothing is found.
    void settle() {
        while (reactor.poll(64) > 0) {
            // each turn may make the next one find something
        }
    }

    static Errno errnoOf(RequestFuture<?> future) {
        Throwable thrown = Assertions.catchThrowable(future::join);
        if (thrown instanceof CompletionException wrapped && wrapped.getCause() instanceof SchemeException cause) {
            return cause.errno();
        }
        throw new AssertionError("no SchemeException but " + thrown, thrown);
    }
}
