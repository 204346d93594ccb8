package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.Guard;
import ferrite.spi.error.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

final class PoolCloseTest {
    private final Pools.Recording source = new Pools.Recording();
    private final SharedBufferPool pool =
            new SharedBufferPool("app", new PoolParameters(Pools.PAGE, Pools.PAGE, Pools.MIB, true), source);
    private final PoolView view = new PoolView(pool, new ViewArena("app"));

    private boolean isMapped(int region) {
        return source.made.get(region).memory().scope().isAlive();
    }

    @Test
    void anUnusedPoolClosesAndFreesItsMemory() {
        view.acquire(64, 1).close();

        pool.close();
        pool.close();

        assertThat(isMapped(0)).isFalse();
        assertThat(view.capacity()).isZero();
        Expect.errno(Errno.ESHUTDOWN, () -> view.acquire(1, 1));
        Expect.errno(Errno.ESHUTDOWN, () -> view.reattach(0));
    }

    @Test
    void aPoolWithALiveSliceDoesNotClose() {
        BufferSlice slice = view.acquire(64, 1);

        Expect.errno(Errno.EADDRINUSE, pool::close);

        assertThat(slice.segment().byteSize()).isEqualTo(64);
        assertThat(view.acquire(64, 1).isLive()).isTrue();
    }

    @Test
    void aPoolWithAGuardedSliceDoesNotClose() {
        BufferSlice slice = view.acquire(64, 1);
        Guard guard = slice.guard("device");
        slice.close();

        Expect.errno(Errno.EADDRINUSE, pool::close);

        guard.release();
        pool.close();
        assertThat(isMapped(0)).isFalse();
    }

    @Test
    void aForcedCloseEndsLiveSlices() {
        BufferSlice slice = view.acquire(64, 1);
        MemorySegment kept = slice.segment();

        pool.closeForced();

        assertThat(slice.isLive()).isFalse();
        assertThat(isMapped(0)).isFalse();
        assertThat(pool.statistics()).isEqualTo(new PoolStatistics(0, 0, 0, 0, 0, 0));
        Expect.errno(Errno.EALREADY, slice::close);
        assertThatIllegalStateException().isThrownBy(() -> kept.get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void guardedBytesOutliveAForcedClose() {
        BufferSlice unguarded = view.acquire(Pools.PAGE, 1);
        BufferSlice guarded = view.acquire(64, 1);
        LentSlice lent = LentSlice.lend(guarded, new ViewArena("server"), Access.READ_WRITE);
        Guard guard = guarded.guard("request");

        pool.closeForced();
        pool.closeForced();

        assertThat(unguarded.isLive()).isFalse();
        assertThat(isMapped(0)).isFalse();
        assertThat(isMapped(1)).isTrue();
        assertThat(pool.statistics()).isEqualTo(new PoolStatistics(64, Pools.PAGE, 0, 1, 1, 0));
        lent.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 1);

        guard.release();

        assertThat(isMapped(1)).isFalse();
        assertThat(lent.isLive()).isFalse();
        assertThat(pool.statistics()).isEqualTo(new PoolStatistics(0, 0, 0, 0, 0, 0));
    }

    @Test
    void aBorrowersKeptSegmentFailsInsteadOfCrashingAfterTheLendersMemoryIsGone() {
        BufferSlice slice = view.acquire(64, 1);
        MemorySegment kept =
                LentSlice.lend(slice, new ViewArena("server"), Access.READ).segment();

        pool.closeForced();

        assertThatIllegalStateException().isThrownBy(() -> kept.get(ValueLayout.JAVA_BYTE, 0));
    }
}
