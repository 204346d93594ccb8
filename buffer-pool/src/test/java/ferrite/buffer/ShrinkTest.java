package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.Guard;
import ferrite.spi.error.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

final class ShrinkTest {
    private final Pools.Recording source = new Pools.Recording();

    private PoolView view(SharedBufferPool pool) {
        return new PoolView(pool, new ViewArena("app"));
    }

    private SharedBufferPool pool(long emptyBytesKept) {
        return new SharedBufferPool(
                "app", new PoolParameters(0, Pools.PAGE, 16 * Pools.PAGE, false, emptyBytesKept), source);
    }

    private boolean isMapped(int region) {
        return source.made.get(region).memory().scope().isAlive();
    }

    @Test
    void regionsStayUntilTheyAreAskedBack() {
        SharedBufferPool pool = pool(16 * Pools.PAGE);
        PoolView view = view(pool);
        BufferSlice first = view.acquire(Pools.PAGE, 1);
        BufferSlice second = view.acquire(Pools.PAGE, 1);
        first.close();
        assertThat(view.capacity()).isEqualTo(2 * Pools.PAGE);

        assertThat(pool.shrink()).isEqualTo(Pools.PAGE);

        assertThat(view.capacity()).isEqualTo(Pools.PAGE);
        assertThat(isMapped(0)).isFalse();
        assertThat(second.segment().byteSize()).isEqualTo(Pools.PAGE);
    }

    @Test
    void emptyRegionsBeyondTheBoundGoByThemselves() {
        PoolView view = view(pool(Pools.PAGE));
        BufferSlice[] slices = new BufferSlice[4];
        for (int i = 0; i < slices.length; i++) {
            slices[i] = view.acquire(Pools.PAGE, 1);
        }

        for (BufferSlice slice : slices) {
            slice.close();
        }

        assertThat(view.capacity()).isEqualTo(Pools.PAGE);
        assertThat(isMapped(0)).isTrue();
        assertThat(isMapped(3)).isFalse();
    }

    @Test
    void aRegionWithGuardedBytesStays() {
        SharedBufferPool pool = pool(0);
        PoolView view = view(pool);
        BufferSlice slice = view.acquire(64, 1);
        Guard guard = slice.guard("device");
        slice.close();

        assertThat(pool.shrink()).isZero();
        guard.release();

        assertThat(view.capacity()).isZero();
        assertThat(isMapped(0)).isFalse();
    }

    @Test
    void aKeptSegmentOfARegionThatIsGoneThrows() {
        PoolView view = view(pool(0));
        BufferSlice slice = view.acquire(64, 1);
        MemorySegment kept = slice.segment();
        slice.close();

        assertThatIllegalStateException().isThrownBy(() -> kept.get(ValueLayout.JAVA_BYTE, 0));
        Expect.errno(Errno.EFAULT, slice::segment);
    }

    @Test
    void aPoolGrowsAgainAfterItShrankAndUsesNoPlaceTwice() {
        PoolView view = view(pool(0));
        for (int round = 0; round < 100; round++) {
            BufferSlice slice = view.acquire(Pools.PAGE, 1);
            assertThat(slice.offset()).isEqualTo(round * Pools.PAGE);
            slice.close();
            Expect.errno(Errno.EINVAL, () -> view.acquire(64, 1, new AllocationStrategy.Fixed(slice.offset())));
            Expect.errno(Errno.EINVAL, () -> view.reattach(slice.offset()));
        }

        assertThat(view.capacity()).isZero();
        assertThat(source.made).hasSize(100);
    }

    @Test
    void theLimitCountsOnlyWhatIsThere() {
        PoolView view = view(pool(0));
        for (int round = 0; round < 3; round++) {
            BufferSlice all = view.acquire(16 * Pools.PAGE, 1);
            Expect.errno(Errno.ENOMEM, () -> view.acquire(1, 1));
            all.close();
        }
    }

    @Test
    void keptBytesAreNotNegative() {
        assertThatIllegalArgumentException().isThrownBy(() -> pool(-1));
    }
}
