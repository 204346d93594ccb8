package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.Guard;
import ferrite.spi.error.Errno;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

final class ResizeTest {
    private final SharedBufferPool pool = Pools.fixed(Pools.PAGE);
    private final PoolView view = new PoolView(pool, new ViewArena("app"));
    private final BufferSlice slice = view.acquire(256, 1);

    @Test
    void aSliceGrowsIntoTheFreeBytesBehindIt() {
        slice.segment().set(ValueLayout.JAVA_BYTE, 255, (byte) 9);

        BufferSlice longer = view.resize(slice, Pools.PAGE).orElseThrow();

        assertThat(longer.address()).isEqualTo(slice.address());
        assertThat(longer.length()).isEqualTo(Pools.PAGE);
        assertThat(longer.segment().get(ValueLayout.JAVA_BYTE, 255)).isEqualTo((byte) 9);
        assertThat(view.bytesInUse()).isEqualTo(Pools.PAGE);
        assertThat(pool.statistics().liveSlices()).isEqualTo(1);
        longer.close();
        assertThat(view.acquire(Pools.PAGE, 1).isLive()).isTrue();
    }

    @Test
    void aShorterSliceGivesItsEndBack() {
        BufferSlice shorter = view.resize(slice, 1).orElseThrow();

        assertThat(shorter.length()).isEqualTo(1);
        assertThat(view.bytesInUse()).isEqualTo(64);
        assertThat(view.acquire(Pools.PAGE - 64, 1).isLive()).isTrue();
    }

    @Test
    void theOldObjectEnds() {
        BufferSlice part = slice.slice(0, 10);
        LentSlice lent = LentSlice.lend(slice, new ViewArena("server"), Access.READ);
        view.resize(slice, 300);

        assertThat(slice.isLive()).isFalse();
        assertThat(part.isLive()).isFalse();
        assertThat(lent.isLive()).isFalse();
        Expect.errno(Errno.EFAULT, slice::segment);
        Expect.errno(Errno.EALREADY, slice::close);
        Expect.errno(Errno.EALREADY, () -> view.resize(slice, 300));
    }

    @Test
    void aNeighbourIsNotTouched() {
        BufferSlice next = view.acquire(64, 1);

        assertThat(view.resize(slice, 257)).isEmpty();
        assertThat(slice.isLive()).isTrue();
        assertThat(next.isLive()).isTrue();
        assertThat(view.bytesInUse()).isEqualTo(320);
        assertThat(view.resize(slice, 255)).isPresent();
    }

    @Test
    void aGuardedSliceIsNotResized() {
        Guard guard = slice.guard("device");

        Expect.errno(Errno.EBUSY, () -> view.resize(slice, 64));

        guard.release();
        assertThat(view.resize(slice, 64)).isPresent();
    }

    @Test
    void onlyWholeSlicesOfThisPoolAreResized() {
        PoolView other = new PoolView(Pools.fixed(Pools.PAGE), new ViewArena("other"));

        Expect.errno(Errno.EINVAL, () -> other.resize(slice, 64));
        Expect.errno(Errno.EINVAL, () -> view.resize(slice.slice(0, 10), 64));
        Expect.errno(Errno.EINVAL, () -> view.resize(LentSlice.lend(slice, new ViewArena("s"), Access.READ), 64));
        Expect.errno(Errno.EINVAL, () -> view.resize(slice, 0));
        assertThat(view.resize(slice, Long.MAX_VALUE)).isEmpty();
        assertThat(slice.isLive()).isTrue();
    }

    @Test
    void aSuccessorFindsTheNewLength() {
        BufferSlice longer = view.resize(slice, 1000).orElseThrow();

        assertThat(view.reattach(longer.offset()).length()).isEqualTo(1000);
    }
}
