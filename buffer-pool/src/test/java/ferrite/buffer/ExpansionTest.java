package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import org.junit.jupiter.api.Test;

final class ExpansionTest {
    private final Pools.Recording source = new Pools.Recording();

    private PoolView view(long initialBytes, long regionBytes, long limitBytes) {
        PoolParameters sizes = new PoolParameters(initialBytes, regionBytes, limitBytes, false);
        return new PoolView(new SharedBufferPool("test", sizes, source), new ViewArena("test"));
    }

    @Test
    void anEmptyPoolHasNoRegion() {
        assertThat(view(0, Pools.PAGE, Pools.MIB).capacity()).isZero();
        assertThat(source.made).isEmpty();
    }

    @Test
    void regionsAreAddedWhenNothingFits() {
        PoolView view = view(Pools.PAGE, 2 * Pools.PAGE, Pools.MIB);
        view.acquire(Pools.PAGE, 1);
        view.acquire(1, 1);

        assertThat(source.made).extracting(Region::length).containsExactly(Pools.PAGE, 2 * Pools.PAGE);
    }

    @Test
    void aLargeSliceGetsALargeRegion() {
        BufferSlice slice = view(0, Pools.PAGE, Pools.MIB).acquire(5 * Pools.PAGE + 1, 1);

        assertThat(source.made).extracting(Region::length).containsExactly(6 * Pools.PAGE);
        assertThat(slice.offset()).isZero();
    }

    @Test
    void theLastRegionFillsUpToTheLimit() {
        PoolView view = view(0, 3 * Pools.PAGE, 4 * Pools.PAGE);
        view.acquire(3 * Pools.PAGE, 1);
        view.acquire(1, 1);

        assertThat(view.capacity()).isEqualTo(4 * Pools.PAGE);
    }

    @Test
    void bothStrategiesUseAllThatIsFreeBeforeTheySayNo() {
        for (AllocationStrategy strategy :
                new AllocationStrategy[] {AllocationStrategy.BEST, AllocationStrategy.GREEDY}) {
            PoolView view = view(Pools.MIB, Pools.PAGE, Pools.MIB);
            // 200 free ranges of 130 granules and one of 131: all in the size class 128..131
            BufferSlice exact = view.acquire(131 * 64, 1);
            view.acquire(64, 1);
            BufferSlice[] slices = new BufferSlice[120];
            for (int i = 0; i < slices.length; i++) {
                slices[i] = view.acquire(130 * 64 - 64, 1);
                view.acquire(64, 1);
            }
            while (view.tryAcquire(64, 1, strategy).isPresent()) {}
            exact.close();
            for (BufferSlice slice : slices) {
                slice.close();
            }

            assertThat(view.acquire(131 * 64, 1, strategy).offset()).isEqualTo(exact.offset());
            Expect.errno(Errno.ENOMEM, () -> view.acquire(131 * 64, 1, strategy));
        }
    }

    @Test
    void noSliceSpansTwoRegions() {
        PoolView view = view(Pools.PAGE, Pools.PAGE, 64 * Pools.PAGE);

        for (int i = 0; i < 60; i++) {
            BufferSlice slice = view.acquire(2500, 1);
            assertThat(slice.offset() / Pools.PAGE).isEqualTo((slice.offset() + 2499) / Pools.PAGE);
        }
        assertThat(source.made).hasSize(60);
    }

    @Test
    void aSourceWithoutMemoryIsNoMemory() {
        RegionSource empty = bytes -> {
            throw new SchemeException(Errno.ENOMEM, "none");
        };
        PoolParameters sizes = new PoolParameters(0, Pools.PAGE, Pools.PAGE, false);
        PoolView view = new PoolView(new SharedBufferPool("test", sizes, empty), new ViewArena("test"));

        Expect.errno(Errno.ENOMEM, () -> view.acquire(1, 1));
    }

    @Test
    void aSourceThatGivesAnotherSizeIsBroken() {
        RegionSource generous = bytes -> source.create(bytes + Pools.PAGE);
        PoolParameters sizes = new PoolParameters(0, Pools.PAGE, Pools.PAGE, false);
        PoolView view = new PoolView(new SharedBufferPool("test", sizes, generous), new ViewArena("test"));

        assertThatIllegalStateException().isThrownBy(() -> view.acquire(1, 1));
    }

    @Test
    void parametersAreWholePagesInRange() {
        long[][] bad = {
            {1, 4096, 4096},
            {-4096, 4096, 4096},
            {8192, 4096, 4096},
            {0, 0, 4096},
            {0, 100, 4096},
            {0, 4096, 0},
            {0, 4096, PoolParameters.LIMIT_BYTES_MAX + 4096}
        };
        for (long[] sizes : bad) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new PoolParameters(sizes[0], sizes[1], sizes[2], false));
        }
    }
}
