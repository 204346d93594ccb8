package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.Guard;
import ferrite.spi.error.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

final class LentSliceTest {
    private final SharedBufferPool pool = Pools.fixed(Pools.PAGE);
    private final ViewArena app = new ViewArena("app");
    private final ViewArena server = new ViewArena("server");
    private final ViewArena device = new ViewArena("device");
    private final PoolView view = new PoolView(pool, app);
    private final BufferSlice slice = view.acquire(256, 1);

    @Test
    void aLentSliceIsTheSameBytesWithTheGivenAccess() {
        LentSlice lent = LentSlice.lend(slice.slice(64, 128), server, Access.WRITE);
        lent.segment().set(ValueLayout.JAVA_BYTE, 1, (byte) 8);

        assertThat(lent.address()).isEqualTo(slice.address() + 64);
        assertThat(lent.offset()).isEqualTo(slice.offset() + 64);
        assertThat(lent.length()).isEqualTo(128);
        assertThat(lent.access()).isEqualTo(Access.WRITE);
        assertThat(slice.segment().get(ValueLayout.JAVA_BYTE, 65)).isEqualTo((byte) 8);
    }

    @Test
    void aSliceLentForReadingCannotBeWritten() {
        LentSlice lent = LentSlice.lend(slice, server, Access.READ);

        assertThat(lent.segment().isReadOnly()).isTrue();
        Expect.errno(Errno.EACCES, () -> LentSlice.lend(lent, device, Access.WRITE));
        Expect.errno(Errno.EACCES, () -> LentSlice.lend(slice.restrict(Access.READ), server, Access.READ_WRITE));
    }

    @Test
    void aRevokedSliceIsNotLiveAndNeitherAreItsParts() {
        LentSlice lent = LentSlice.lend(slice, server, Access.READ);
        BufferSlice part = lent.slice(0, 10);

        lent.revoke();
        lent.revoke();

        assertThat(lent.isLive()).isFalse();
        assertThat(part.isLive()).isFalse();
        Expect.errno(Errno.EFAULT, lent::segment);
        Expect.errno(Errno.EFAULT, part::segment);
        Expect.errno(Errno.EFAULT, () -> part.guard("late"));
        Expect.errno(Errno.EFAULT, () -> LentSlice.lend(part, device, Access.READ));
        assertThat(slice.isLive()).isTrue();
    }

    @Test
    void closingALentSliceDoesNothing() {
        LentSlice lent = LentSlice.lend(slice, server, Access.READ);

        lent.close();
        lent.close();

        assertThat(lent.isLive()).isTrue();
        assertThat(slice.isLive()).isTrue();
    }

    @Test
    void guardingALentSliceGuardsTheBytes() {
        LentSlice lent = LentSlice.lend(slice, server, Access.READ);
        Guard guard = lent.guard("device");
        slice.close();

        assertThat(view.guardedSlices()).isEqualTo(1);
        assertThat(lent.isLive()).isTrue(); // the lender closed, the bytes are kept
        guard.release();
        assertThat(view.bytesInUse()).isZero();
        assertThat(lent.isLive()).isFalse();
    }

    @Test
    void aSliceLentOnDoesNotDependOnTheOneBetween() {
        LentSlice toServer = LentSlice.lend(slice, server, Access.READ_WRITE);
        LentSlice toDevice = LentSlice.lend(toServer.slice(128, 64), device, Access.WRITE);
        toServer.revoke();
        server.close();

        assertThat(toDevice.isLive()).isTrue();
        toDevice.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 3);
        assertThat(slice.segment().get(ValueLayout.JAVA_BYTE, 128)).isEqualTo((byte) 3);
    }

    @Test
    void theLendersSwapDoesNotTouchTheLoan() {
        LentSlice before = LentSlice.lend(slice, server, Access.READ);
        app.close();
        LentSlice after = LentSlice.lend(slice, server, Access.READ);

        assertThat(before.segment().byteSize()).isEqualTo(256);
        assertThat(after.segment().byteSize()).isEqualTo(256);
    }

    @Test
    void theBorrowersSwapEndsTheLoanAndALoanToItsSuccessorWorks() {
        LentSlice lent = LentSlice.lend(slice, server, Access.READ);
        MemorySegment kept = lent.segment();
        server.close();

        assertThat(lent.isLive()).isFalse();
        Expect.errno(Errno.EFAULT, lent::segment);
        assertThatIllegalStateException().isThrownBy(() -> kept.get(ValueLayout.JAVA_BYTE, 0));
        LentSlice again = LentSlice.lend(lent, new ViewArena("server 2"), Access.READ);
        assertThat(again.isLive()).isTrue();
    }

    @Test
    void freedBytesCannotBeLentAndEndLoansWithoutGuard() {
        LentSlice lent = LentSlice.lend(slice, server, Access.READ);
        slice.close();
        BufferSlice next = view.acquire(256, 1);

        assertThat(next.address()).isEqualTo(lent.address());
        assertThat(lent.isLive()).isFalse();
        Expect.errno(Errno.EFAULT, lent::segment);
        Expect.errno(Errno.EFAULT, () -> LentSlice.lend(slice, server, Access.READ));
    }

    @Test
    void aSliceThatWasClosedWhileGuardedCanStillBeLent() {
        Guard guard = slice.guard("request in the ring");
        slice.close();
        LentSlice lent = LentSlice.lend(slice, server, Access.READ);

        assertThat(lent.segment().byteSize()).isEqualTo(256);
        Guard onward = lent.guard("request to the next server");
        guard.release();
        assertThat(lent.isLive()).isTrue();
        onward.release();
        assertThat(lent.isLive()).isFalse();
    }

    @Test
    void aSliceOfAnotherMakeIsRefused() {
        BufferSlice forged = (BufferSlice) Proxy.newProxyInstance(
                BufferSlice.class.getClassLoader(), new Class<?>[] {BufferSlice.class}, (proxy, method, arguments) -> {
                    throw new AssertionError(method);
                });

        Expect.errno(Errno.EINVAL, () -> LentSlice.lend(forged, server, Access.READ));
        DeviceAddressMap map = new DeviceAddressMap("device", (address, length, access) -> {});
        Expect.errno(Errno.EINVAL, () -> map.map(forged, Access.READ));
    }
}
