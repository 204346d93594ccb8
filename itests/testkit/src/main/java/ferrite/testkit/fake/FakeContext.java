package ferrite.testkit.fake;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.DmaMap;
import ferrite.spi.context.Context;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.scheme.SchemeName;
import ferrite.testkit.TestSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/// A context on one thread, with a clock that only waiting moves. Around it are the servers of its rings and a list of
/// steps that run whenever somebody waits. Rings, sockets and bytes outlive the plug-in under test, as the runtime's
/// do, so a second instance on the same context is a successor. Settings for the plug-in are [TestSettings].
public final class FakeContext implements Context {
    private static final long TURN_NANOS = 10_000;

    /// How many turns a wait that times out takes at most.
    private static final int AWAIT_TURNS_MAX = 1000;

    private final String name;
    private final FakePool pool = new FakePool();
    private final Map<String, FakeSocket> sockets = new HashMap<>();
    private final Map<String, FakeRing.Server> servers = new HashMap<>();
    private final List<FakeRing> rings = new ArrayList<>();
    private final List<Runnable> world = new ArrayList<>();
    private final TreeMap<Long, BufferSlice> mapped = new TreeMap<>();
    private final DmaMap dmaMap = new Mappings();
    private final FakeRing kernel;
    private long now;

    /// A context whose requests to the kernel answer ENODEV.
    public FakeContext(String name) {
        this(name, request -> request.fail(Errno.ENODEV));
    }

    /// @param kernel serves the ring to the kernel
    public FakeContext(String name, FakeRing.Server kernel) {
        this.name = name;
        this.kernel = new FakeRing(0, kernel, this::turn);
    }

    /// Adds something that goes on while somebody waits.
    public void world(Runnable step) {
        world.add(step);
    }

    /// Says who serves a scheme that the plug-in connects to.
    public void server(String scheme, FakeRing.Server server) {
        servers.put(scheme, server);
    }

    /// The serving end of a scheme; an error of the test if the plug-in does not serve it.
    public FakeSocket socket(String scheme) {
        FakeSocket socket = sockets.get(scheme);
        if (socket == null) {
            throw new AssertionError(scheme + " is not served, only " + sockets.keySet());
        }
        return socket;
    }

    /// The schemes that the plug-in serves, by name.
    public Map<String, FakeSocket> sockets() {
        return Collections.unmodifiableMap(sockets);
    }

    /// Rings that the plug-in has connected, oldest first.
    public List<FakeRing> rings() {
        return Collections.unmodifiableList(rings);
    }

    /// What devices may touch, by address.
    public NavigableMap<Long, BufferSlice> mapped() {
        return Collections.unmodifiableNavigableMap(mapped);
    }

    /// Lets the world make one step.
    public void turn() {
        now += TURN_NANOS;
        world.forEach(Runnable::run);
    }

    /// Moves the clock; nothing else happens.
    public void passTime(long nanos) {
        now += nanos;
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
    public FakeRing kernel() {
        return kernel;
    }

    /// @throws SchemeException ENODEV without a [#server]
    @Override
    public FakeRing connect(SchemeName scheme, RingParameters parameters) {
        FakeRing.Server server = servers.get(scheme.text());
        if (server == null) {
            throw new SchemeException(Errno.ENODEV, "nobody serves " + scheme.text());
        }
        FakeRing ring = new FakeRing(rings.size() + 1, server, this::turn);
        rings.add(ring);
        return ring;
    }

    @Override
    public FakeRing ring(int id) {
        if (id < 1 || id > rings.size()) {
            throw new SchemeException(Errno.EBADF, "ring " + id);
        }
        return rings.get(id - 1);
    }

    @Override
    public FakeSocket serve(SchemeName scheme) {
        return sockets.computeIfAbsent(scheme.text(), _ -> new FakeSocket(scheme, pool));
    }

    @Override
    public FakePool pool() {
        return pool;
    }

    /// One map for all devices; see [#mapped].
    @Override
    public DmaMap dmaMap(long fd) {
        return dmaMap;
    }

    private final class Mappings implements DmaMap {
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
    }

    @Override
    public long nanoTime() {
        return now;
    }

    /// Does nothing: the test decides when to poll.
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
            now += timeoutNanos / AWAIT_TURNS_MAX;
        }
        return true;
    }
}
