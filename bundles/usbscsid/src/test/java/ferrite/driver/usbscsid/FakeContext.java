package ferrite.driver.usbscsid;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
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
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/// A context on one thread with a clock that only waiting moves. The world around it is a list of steps that run
/// whenever somebody waits.
final class FakeContext implements Context {
    final FakePool pool = new FakePool();
    final Map<String, FakeSocket> sockets = new HashMap<>();

    /// What the device may touch: address → slice.
    final TreeMap<Long, BufferSlice> mapped = new TreeMap<>();

    private static final long TURN_NANOS = 10_000;
    private final Map<String, FakeRing.Server> servers = new HashMap<>();
    private final Map<Integer, FakeRing> rings = new HashMap<>();
    private final List<Runnable> world = new ArrayList<>();
    private final FakeRing kernel;
    private long now;

    FakeContext(FakeRing.Server kernelServer) {
        kernel = new FakeRing(0, kernelServer, this::turn);
    }

    /// Something that goes on while we wait.
    void world(Runnable step) {
        world.add(step);
    }

    /// Who serves a scheme.
    void server(String scheme, FakeRing.Server server) {
        servers.put(scheme, server);
    }

    FakeRing lastRing() {
        return Objects.requireNonNull(rings.get(rings.size()));
    }

    void turn() {
        now += TURN_NANOS;
        world.forEach(Runnable::run);
    }

    void passTime(long nanos) {
        now += nanos;
    }

    FakeSocket socket(String scheme) {
        FakeSocket socket = sockets.get(scheme);
        if (socket == null) {
            throw new AssertionError(scheme + " is not served, only " + sockets.keySet());
        }
        return socket;
    }

    @Override
    public int id() {
        return 1;
    }

    @Override
    public String name() {
        return "test";
    }

    @Override
    public ConsumerInstance kernel() {
        return kernel;
    }

    FakeRing kernelRing() {
        return kernel;
    }

    @Override
    public ConsumerInstance connect(SchemeName scheme, RingParameters parameters) {
        FakeRing.Server server = servers.get(scheme.text());
        if (server == null) {
            throw new SchemeException(Errno.ENODEV, scheme.text());
        }
        int id = rings.size() + 1;
        FakeRing ring = new FakeRing(id, server, this::turn);
        rings.put(id, ring);
        return ring;
    }

    @Override
    public ConsumerInstance ring(int id) {
        FakeRing ring = rings.get(id);
        if (ring == null) {
            throw new SchemeException(Errno.EBADF, "ring " + id);
        }
        return ring;
    }

    @Override
    public SchemeSocket serve(SchemeName name) {
        return sockets.computeIfAbsent(name.text(), _ -> new FakeSocket(name, pool));
    }

    @Override
    public BufferPool pool() {
        return pool;
    }

    @Override
    public DmaMap dmaMap(long fd) {
        return new DmaMap() {
            @Override
            public long map(BufferSlice slice, Access access) {
                if (!slice.access().allows(access)) {
                    throw new SchemeException(Errno.EACCES, "map " + access);
                }
                if (mapped.put(slice.address(), slice) != null) {
                    throw new AssertionError("mapped twice: " + slice.address());
                }
                return slice.address();
            }

            @Override
            public void unmap(long address) {
                if (mapped.remove(address) == null) {
                    throw new SchemeException(Errno.EINVAL, "not mapped: " + address);
                }
            }
        };
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void wakeAt(long nanoTime) {}

    @Override
    public boolean await(BooleanSupplier condition, long timeoutNanos) {
        long deadline = now + timeoutNanos;
        while (!condition.getAsBoolean()) {
            if (now >= deadline) {
                return false;
            }
            turn();
            // Long waits need not take long here.
            now += timeoutNanos / 1000;
        }
        return true;
    }
}
