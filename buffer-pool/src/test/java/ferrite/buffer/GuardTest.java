package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.Guard;
import ferrite.spi.error.Errno;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class GuardTest {
    private final AtomicLong nanoTime = new AtomicLong(1000);
    private final SharedBufferPool pool = new SharedBufferPool(
            "test",
            new PoolParameters(Pools.PAGE, Pools.PAGE, Pools.PAGE, false),
            RegionSource.heapless(new AddressSpace()),
            nanoTime::get);
    private final PoolView view = new PoolView(pool, new ViewArena("app"));

    @Test
    void guardedBytesAreNotReused() {
        BufferSlice slice = view.acquire(Pools.PAGE, 1);
        Guard guard = slice.guard("device");
        slice.close();

        Expect.errno(Errno.ENOMEM, () -> view.acquire(1, 1));
        assertThat(view.guardedSlices()).isEqualTo(1);
        assertThat(view.bytesInUse()).isEqualTo(Pools.PAGE);

        guard.release();

        assertThat(view.guardedSlices()).isZero();
        assertThat(view.acquire(Pools.PAGE, 1).isLive()).isTrue();
    }

    @Test
    void aSliceIsNotUsableByItsOwnerAfterCloseEvenWhileGuarded() {
        BufferSlice slice = view.acquire(64, 1);
        var _ = slice.guard("device");
        slice.close();

        assertThat(slice.isLive()).isFalse();
        Expect.errno(Errno.EFAULT, slice::segment);
        Expect.errno(Errno.EFAULT, () -> slice.guard("again"));
        Expect.errno(Errno.EALREADY, slice::close);
    }

    @Test
    void theLastOfSeveralGuardsFrees() {
        BufferSlice slice = view.acquire(64, 1);
        Guard one = slice.guard("request 1");
        Guard two = slice.slice(0, 1).guard("request 2");
        slice.close();

        two.release();
        assertThat(view.bytesInUse()).isEqualTo(64);
        one.release();
        assertThat(view.bytesInUse()).isZero();
    }

    @Test
    void aGuardIsReleasedOnce() {
        BufferSlice slice = view.acquire(64, 1);
        Guard one = slice.guard("request 1");
        Guard two = slice.guard("request 2");
        slice.close();

        one.release();
        one.release();

        assertThat(view.guardedSlices()).isEqualTo(1);
        two.release();
        assertThat(view.guardedSlices()).isZero();
    }

    @Test
    void releasingTheGuardsOfALiveSliceFreesNothing() {
        BufferSlice slice = view.acquire(64, 1);
        slice.guard("request").release();

        assertThat(slice.isLive()).isTrue();
        assertThat(pool.statistics().guards()).isZero();
        assertThat(view.guardedSlices()).isZero();
    }

    @Test
    void aReportSaysWhoAndForHowLong() {
        BufferSlice slice = view.acquire(100, 1);
        Guard guard = slice.guard("xhci-controller");
        nanoTime.addAndGet(250);

        assertThat(guard.holder()).isEqualTo("xhci-controller");
        assertThat(pool.guards()).containsExactly(new GuardReport("xhci-controller", slice.address(), 100, 250));
    }
}
