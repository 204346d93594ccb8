package ferrite.device.pcihostbridge;

import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.DmaMap;
import ferrite.spi.context.Context;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemeSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// A context whose rings, sockets and bytes outlive the instance under test, as the runtime's do.
final class FakeContext implements Context {
    private final String name;
    private final FakePool pool = new FakePool();
    private final Map<String, FakeSocket> sockets = new HashMap<>();
    private final Map<String, Consumer<FakeRequest>> servers = new HashMap<>();
    private final List<FakeRing> rings = new ArrayList<>();
    private FakeRing kernel = new FakeRing(0, request -> request.fail(Errno.ENODEV));
    private long nanoTime;

    FakeContext(String name) {
        this.name = name;
    }

    void kernel(Consumer<FakeRequest> server) {
        kernel = new FakeRing(0, server);
    }

    FakeRing kernelRing() {
        return kernel;
    }

    void server(String scheme, Consumer<FakeRequest> server) {
        servers.put(scheme, server);
    }

    FakeSocket socket() {
        return (FakeSocket) serve(new SchemeName("hw." + name));
    }

    /// Rings that were connected, in order.
    List<FakeRing> rings() {
        return rings;
    }

    void nanoTime(long time) {
        nanoTime = time;
    }

    @Override
    public int id() {
        return 1;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ConsumerInstance kernel() {
        return kernel;
    }

    @Override
    public ConsumerInstance connect(SchemeName scheme, RingParameters parameters) {
        Consumer<FakeRequest> server = servers.get(scheme.text());
        if (server == null) {
            throw new SchemeException(Errno.ENODEV, "nobody serves " + scheme);
        }
        FakeRing ring = new FakeRing(1 + rings.size(), server);
        rings.add(ring);
        return ring;
    }

    @Override
    public ConsumerInstance ring(int id) {
        if (id < 1 || id > rings.size()) {
            throw new SchemeException(Errno.EBADF, "ring " + id);
        }
        return rings.get(id - 1);
    }

    @Override
    public SchemeSocket serve(SchemeName scheme) {
        return sockets.computeIfAbsent(scheme.text(), _ -> new FakeSocket(scheme));
    }

    @Override
    public BufferPool pool() {
        return pool;
    }

    @Override
    public DmaMap dmaMap(long fd) {
        throw new UnsupportedOperationException("dmaMap");
    }

    @Override
    public long nanoTime() {
        return nanoTime;
    }

    @Override
    public void wakeAt(long time) {}

    @Override
    public boolean await(BooleanSupplier condition, long timeoutNanos) {
        return condition.getAsBoolean();
    }
}
