package ferrite.client;

import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemeSocket;
import java.util.ArrayDeque;
import java.util.List;

/// The serving end of a scheme whose rings are queues of the test.
final class FakeSocket implements SchemeSocket {
    /// What stands in the rings.
    final ArrayDeque<Request> ring = new ArrayDeque<>();
    final ArrayDeque<Request> cancels = new ArrayDeque<>();
    final ArrayDeque<Integer> detached = new ArrayDeque<>();
    int polls;
    boolean broken;

    @Override
    public SchemeName name() {
        return new SchemeName("fake");
    }

    @Override
    public int poll(int budget, AsyncScheme scheme) {
        polls++;
        if (broken) {
            throw new IllegalStateException("this instance has been replaced");
        }
        int handed = 0;
        while (handed < budget && !cancels.isEmpty()) {
            scheme.cancel(cancels.removeFirst());
            handed++;
        }
        while (handed < budget && !ring.isEmpty()) {
            scheme.handle(ring.removeFirst());
            handed++;
        }
        while (handed < budget && !detached.isEmpty()) {
            scheme.detached(detached.removeFirst());
            handed++;
        }
        return handed;
    }

    @Override
    public List<Request> outstanding() {
        return List.of();
    }

    @Override
    public void close() {
        ring.clear();
    }
}
