package ferrite.device.xhcicontroller;

import ferrite.spi.error.SchemeException;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemeSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// The serving end of a scheme, fed by the test.
final class FakeSocket implements SchemeSocket {
    private final SchemeName name;
    private final ArrayDeque<Request> arrived = new ArrayDeque<>();
    private final ArrayDeque<Request> cancelled = new ArrayDeque<>();
    private final List<Request> handed = new ArrayList<>();

    FakeSocket(SchemeName name) {
        this.name = name;
    }

    void arrive(Request request) {
        arrived.add(request);
    }

    void cancel(Request request) {
        cancelled.add(request);
    }

    @Override
    public SchemeName name() {
        return name;
    }

    @Override
    public int poll(int budget, AsyncScheme scheme) {
        int count = 0;
        while (count < budget && !arrived.isEmpty()) {
            Request request = arrived.remove();
            handed.add(request);
            try {
                scheme.handle(request);
            } catch (SchemeException refused) {
                request.fail(refused.errno());
            }
            count++;
        }
        while (!cancelled.isEmpty()) {
            Request request = cancelled.remove();
            if (request.isLive()) {
                scheme.cancel(request);
            }
            count++;
        }
        return count;
    }

    @Override
    public List<Request> outstanding() {
        handed.removeIf(request -> !request.isLive());
        return List.copyOf(handed);
    }

    @Override
    public void close() {}
}
