package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.DmaConstraints;
import ferrite.spi.error.Errno;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Every alignment, 1 byte to 1 GiB, in a pool of 64 MiB.
final class AlignmentTest {
    private static final long GIB = 1024 * Pools.MIB;
    private static final long LIMIT = 64 * Pools.MIB;

    private final AddressSpace addresses = new AddressSpace();
    private final SharedBufferPool pool = new SharedBufferPool(
            "app",
            new PoolParameters(Pools.MIB, Pools.MIB, LIMIT, false),
            RegionSource.heapless(addresses),
            RegionSource.below4GiB(addresses),
            System::nanoTime);
    private final PoolView view = new PoolView(pool, new ViewArena("app"));

    @AfterEach
    void freeTheMemory() {
        pool.closeForced();
    }

    private static List<Long> alignments() {
        List<Long> all = new ArrayList<>();
        for (long alignment = 1; alignment <= GIB; alignment *= 2) {
            all.add(alignment);
        }
        return all;
    }

    @Test
    void isKeptByTheBestAndByTheFirstPlace() {
        for (long alignment : alignments()) {
            view.acquire(1, 1);
            BufferSlice best = view.acquire(100, alignment, AllocationStrategy.BEST);
            BufferSlice greedy = view.acquire(100, alignment, AllocationStrategy.GREEDY);

            assertThat(best.address() % alignment).as("%d", alignment).isZero();
            assertThat(greedy.address() % alignment).as("%d", alignment).isZero();
        }
        assertThat(view.capacity()).isLessThanOrEqualTo(LIMIT);
    }

    @Test
    void isKeptByAFixedPlace() {
        for (long alignment : alignments()) {
            BufferSlice found = view.acquire(100, alignment);
            found.close();
            AllocationStrategy there = new AllocationStrategy.Fixed(found.offset());

            assertThat(view.acquire(100, alignment, there).address()).isEqualTo(found.address());
        }
        assertThat(view.capacity()).isLessThanOrEqualTo(LIMIT);
    }

    @Test
    void isKeptByACache() {
        PoolCache cache = view.cache();
        for (long alignment : alignments()) {
            long handle = cache.acquireHandle(100, alignment);

            assertThat(cache.address(handle) % alignment).as("%d", alignment).isZero();
        }
        assertThat(view.capacity()).isLessThanOrEqualTo(LIMIT);
    }

    @Test
    void outlivesAResize() {
        BufferSlice slice = view.acquire(100, GIB);

        BufferSlice longer = view.resize(slice, Pools.MIB / 2).orElseThrow();
        BufferSlice shorter = view.resize(longer, 10).orElseThrow();

        assertThat(shorter.address()).isEqualTo(slice.address());
        assertThat(shorter.address() % GIB).isZero();
    }

    @Test
    void costsNoMoreThanARegionOfTheUsualSize() {
        view.acquire(1, 1); // the first region begins at a multiple of 1 GiB
        view.acquire(1, GIB);

        assertThat(view.capacity()).isEqualTo(2 * Pools.MIB);
        assertThat(view.acquire(Pools.MIB / 2, 1).isLive()).isTrue();
        assertThat(view.acquire(Pools.MIB / 2, 1).isLive()).isTrue();
        assertThat(view.capacity()).isEqualTo(2 * Pools.MIB);
    }

    @Test
    void isKeptInTheLastBytesBelowTheLimit() {
        view.acquire(1, 1); // the first region begins at a multiple of 1 GiB
        view.acquire(LIMIT - 2 * Pools.MIB, 1);

        assertThat(view.acquire(Pools.MIB, GIB).address() % GIB).isZero();
        assertThat(view.capacity()).isEqualTo(LIMIT);
        Expect.errno(Errno.ENOMEM, () -> view.acquire(64, GIB));
    }

    @Test
    void ofAGiBIsThereOnceBelowFourGiB() {
        DmaConstraints low = new DmaConstraints(true, 0);
        for (long alignment : alignments().reversed()) { // there are few large ones; small ones would stand on them
            BufferSlice slice = view.acquireDma(64, alignment, low);
            assertThat(slice.address() % alignment).as("%d", alignment).isZero();
            assertThat(slice.address()).isLessThan(1L << 32);
        }
        long used = view.bytesInUse();

        Expect.errno(Errno.ENOMEM, () -> view.acquireDma(64, GIB, low));
        assertThat(view.bytesInUse()).isEqualTo(used);
    }

    @Test
    void aboveAGiBThatABoundaryWouldNeedIsNoMemory() {
        DmaConstraints boundary = new DmaConstraints(true, 4 * GIB);

        Expect.errno(Errno.ENOMEM, () -> view.acquireDma(GIB + 1, 1, boundary));
        Expect.errno(Errno.EINVAL, () -> view.acquireDma(1, 2 * GIB, boundary));
        assertThat(view.bytesInUse()).isZero();
    }
}
