package ferrite.buffer;

import java.util.ArrayList;
import java.util.List;

/// Pools for tests, each in an address space of its own.
final class Pools {
    static final long PAGE = Region.PAGE_BYTES;
    static final long KIB = 1024;
    static final long MIB = 1024 * KIB;

    private Pools() {}

    /// One region of this size, and no more.
    static SharedBufferPool fixed(long bytes) {
        return growing(bytes, bytes, bytes);
    }

    static SharedBufferPool growing(long initialBytes, long regionBytes, long limitBytes) {
        return with(new PoolParameters(initialBytes, regionBytes, limitBytes, false));
    }

    static SharedBufferPool poisoning(long bytes) {
        return with(new PoolParameters(bytes, bytes, bytes, true));
    }

    private static SharedBufferPool with(PoolParameters parameters) {
        return new SharedBufferPool("test", parameters, RegionSource.heapless(new AddressSpace()));
    }

    /// A source that remembers what it made.
    static final class Recording implements RegionSource {
        final List<Region> made = new ArrayList<>();
        private final RegionSource real = RegionSource.heapless(new AddressSpace());

        @Override
        public Region create(long bytes) {
            Region region = real.create(bytes);
            made.add(region);
            return region;
        }
    }
}
