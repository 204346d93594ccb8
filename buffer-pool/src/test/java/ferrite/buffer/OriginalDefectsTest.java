package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What redox-buffer-pool 0.5.1 got wrong, each once.
final class OriginalDefectsTest {
    private final ViewArena arena = new ViewArena("test");

    private PoolView view(SharedBufferPool pool) {
        return new PoolView(pool, arena);
    }

    /// 1: its least alignment was 256 bytes by accident.
    @Test
    void smallSlicesArePackedByGranule() {
        PoolView view = view(Pools.fixed(Pools.PAGE));

        List<Long> offsets = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            offsets.add(view.acquire(64, 1).offset());
        }

        assertThat(offsets).doesNotHaveDuplicates().hasSize(64);
        assertThat(view.bytesInUse()).isEqualTo(Pools.PAGE);
    }

    /// 2: Fixed in a free range that does not begin at 0 gave another place, 256 for 128, or panicked.
    @Test
    void aFixedPlaceInARangeWithABaseIsThatPlace() {
        PoolView view = view(Pools.fixed(Pools.PAGE));
        view.acquire(64, 64, new AllocationStrategy.Fixed(0));

        assertThat(view.acquire(64, 64, new AllocationStrategy.Fixed(128)).offset())
                .isEqualTo(128);
    }

    /// 3: Fixed behind the end panicked.
    @Test
    void aFixedPlaceBehindTheEndIsRefused() {
        PoolView view = view(Pools.fixed(Pools.PAGE));

        Expect.errno(Errno.EINVAL, () -> view.acquire(64, 64, new AllocationStrategy.Fixed(Pools.PAGE)));
        Expect.errno(Errno.EINVAL, () -> view.acquire(128, 64, new AllocationStrategy.Fixed(Pools.PAGE - 64)));
    }

    /// 4: free ranges merged across two mappings, and a later slice spanned both.
    @Test
    void freeRangesOfTwoRegionsDoNotMerge() {
        PoolView view = view(Pools.growing(Pools.PAGE, Pools.PAGE, 2 * Pools.PAGE));
        BufferSlice first = view.acquire(Pools.PAGE, 1);
        BufferSlice second = view.acquire(Pools.PAGE, 1);
        assertThat(second.offset()).isEqualTo(first.offset() + Pools.PAGE);
        first.close();
        second.close();

        Expect.errno(Errno.ENOMEM, () -> view.acquire(Pools.PAGE + 1, 1));
        assertThat(view.acquire(Pools.PAGE, 1).isLive()).isTrue();
        assertThat(view.acquire(Pools.PAGE, 1).isLive()).isTrue();
    }

    /// 5: "no largest alignment" panicked.
    @Test
    void theLargestAlignmentWorks() {
        PoolView view = view(Pools.growing(0, Pools.PAGE, 4 * Pools.MIB));

        assertThat(view.acquire(64, 4 * Pools.MIB).address() % (4 * Pools.MIB)).isZero();
        assertThat(view.acquire(64, 1L << 30).address() % (1L << 30)).isZero();
        assertThat(view.capacity()).isLessThanOrEqualTo(4 * Pools.MIB);
    }

    /// 6: the least size was ignored, what was taken was always just the length.
    @Test
    void sizesAreRoundedUpToTheGranule() {
        PoolView view = view(Pools.fixed(Pools.PAGE));
        BufferSlice slice = view.acquire(1, 1);

        assertThat(slice.length()).isEqualTo(1);
        assertThat(view.bytesInUse()).isEqualTo(64);
        assertThat(view.acquire(1, 1).offset()).isEqualTo(64);
    }

    /// 7: expanding after the offsets had run out could give overlapping ranges (and the least-alignment setter used
    /// a wrong maximum, which this pool has no counterpart of).
    @Test
    void expandingNeverOverlapsAndStopsAtTheLimit() {
        PoolView view = view(Pools.growing(0, Pools.PAGE, 8 * Pools.PAGE));

        List<Long> addresses = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            addresses.add(view.acquire(Pools.PAGE, 1).address());
        }

        assertThat(addresses).doesNotHaveDuplicates();
        Expect.errno(Errno.ENOMEM, () -> view.acquire(1, 1));
        assertThat(view.capacity()).isEqualTo(8 * Pools.PAGE);
    }

    /// 7 again, where the numbers themselves run out.
    @Test
    void addressesThatRunOutAreNoMemoryAndNothingIsLost() {
        AddressSpace addresses = new AddressSpace();
        addresses.reserve(AddressSpace.HIGH_END - AddressSpace.HIGH_START - 8 * Pools.MIB);
        SharedBufferPool pool = new SharedBufferPool(
                "app", new PoolParameters(0, 2 * Pools.MIB, 64 * Pools.MIB, false), RegionSource.heapless(addresses));
        PoolView view = view(pool);
        BufferSlice first = view.acquire(2 * Pools.MIB, 1);
        BufferSlice second = view.acquire(2 * Pools.MIB, 1);
        first.close();
        assertThat(pool.shrink()).isEqualTo(2 * Pools.MIB);
        BufferSlice third = view.acquire(2 * Pools.MIB, 1);
        BufferSlice fourth = view.acquire(2 * Pools.MIB, 1);

        Expect.errno(Errno.ENOMEM, () -> view.acquire(2 * Pools.MIB, 1));
        Expect.errno(Errno.ENOMEM, () -> view.acquire(64, 1L << 30));

        assertThat(List.of(first.address(), second.address(), third.address(), fourth.address()))
                .doesNotHaveDuplicates()
                .allMatch(address -> address % (2 * Pools.MIB) == 0 && address < AddressSpace.HIGH_END);
        assertThat(view.bytesInUse()).isEqualTo(6 * Pools.MIB).isEqualTo(view.capacity());
        third.close();
        assertThat(view.acquire(Pools.MIB, 1).address()).isEqualTo(third.address());
    }
}
