package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

final class RequestSliceTest {
    private final SharedBufferPool pool = Pools.fixed(Pools.PAGE);
    private final ViewArena app = new ViewArena("app");
    private final ViewArena server = new ViewArena("server");
    private final PoolView view = new PoolView(pool, app);
    private final BufferSlice one = view.acquire(256, 1);
    private final BufferSlice two = view.acquire(128, 1);
    private final Holder request = new SlicesTest.Named("request", 0);
    private final RequestSlice lent = new RequestSlice(server);

    @Test
    void aBoundSliceIsTheRequestsBytesWithTheGrantedAccess() {
        lent.bind(one.slice(64, 32), Access.READ_WRITE);
        lent.segment().set(ValueLayout.JAVA_BYTE, 1, (byte) 8);

        assertThat(lent.isLive()).isTrue();
        assertThat(lent.address()).isEqualTo(one.address() + 64);
        assertThat(lent.length()).isEqualTo(32);
        assertThat(lent.access()).isEqualTo(Access.READ_WRITE);
        assertThat(one.segment().get(ValueLayout.JAVA_BYTE, 65)).isEqualTo((byte) 8);
    }

    @Test
    void theNextRequestHasItsOwnBytesAndAccess() {
        lent.bind(one, Access.READ_WRITE);
        lent.revoke();
        lent.bind(two, Access.READ);

        assertThat(lent.address()).isEqualTo(two.address());
        assertThat(lent.segment().byteSize()).isEqualTo(128);
        assertThat(lent.segment().isReadOnly()).isTrue();
    }

    @Test
    void aRevokedSliceIsNoUse() {
        lent.bind(one, Access.READ);
        lent.revoke();
        lent.revoke();

        assertThat(lent.isLive()).isFalse();
        Expect.errno(Errno.EFAULT, lent::segment);
        Expect.errno(Errno.EFAULT, lent::address);
        Expect.errno(Errno.EFAULT, () -> lent.slice(0, 1));
        Expect.errno(Errno.EFAULT, () -> lent.guard("late"));
        Expect.errno(Errno.EFAULT, () -> Slices.retain(lent, request));
        Expect.errno(Errno.EFAULT, () -> LentSlice.lend(lent, server, Access.READ));
    }

    @Test
    void aPartOfAnEarlierRequestStaysDeadEvenOverTheSameBytes() {
        lent.bind(one, Access.READ_WRITE);
        BufferSlice part = lent.slice(0, 8).restrict(Access.READ);
        assertThat(part.isLive()).isTrue();
        lent.revoke();
        lent.bind(one, Access.READ_WRITE);

        assertThat(part.isLive()).isFalse();
        Expect.errno(Errno.EFAULT, part::segment);
        Expect.errno(Errno.EFAULT, () -> Slices.retain(part, request));
        Expect.errno(Errno.EFAULT, () -> part.slice(0, 1).segment());
    }

    @Test
    void moreAccessThanTheAskerHasIsNotGranted() {
        Expect.errno(Errno.EACCES, () -> lent.bind(one.restrict(Access.READ), Access.WRITE));

        assertThat(lent.isLive()).isFalse();
    }

    @Test
    void freedBytesAreNotBoundAndEndABinding() {
        lent.bind(one, Access.READ);
        one.close();

        assertThat(lent.isLive()).isFalse();
        Expect.errno(Errno.EFAULT, lent::segment);
        Expect.errno(Errno.EFAULT, () -> lent.bind(one, Access.READ));
    }

    @Test
    void whatAServerPassesOnStaysWithTheNextRequestWhenItAnswers() {
        lent.bind(one, Access.READ_WRITE);
        BufferSlice onward = Slices.retain(lent, request);
        RequestSlice next = new RequestSlice(new ViewArena("next server"));
        lent.revoke();
        lent.bind(two, Access.READ_WRITE); // the object is used again before the onward request is received
        one.close();

        next.bind(onward, Access.READ);

        assertThat(onward.address()).isEqualTo(one.address());
        assertThat(next.address()).isEqualTo(one.address());
        Slices.release(onward, request);
        assertThat(next.isLive()).isFalse();
        assertThat(view.bytesInUse()).isEqualTo(128);
    }

    @Test
    void aReusedSliceCannotBeReleasedInPlaceOfWhatWasRetained() {
        lent.bind(one, Access.READ);
        BufferSlice retained = Slices.retain(lent, request);
        lent.revoke();
        lent.bind(two, Access.READ);

        Expect.errno(Errno.EALREADY, () -> Slices.release(lent, request));
        Slices.release(retained, request);
        assertThat(pool.guards()).isEmpty();
    }

    @Test
    void theServersStopEndsItAndWhatWasKeptThrows() {
        lent.bind(one, Access.READ_WRITE);
        MemorySegment kept = lent.segment();
        server.close();

        assertThat(lent.isLive()).isFalse();
        Expect.errno(Errno.EFAULT, lent::segment);
        assertThatIllegalStateException().isThrownBy(() -> kept.get(ValueLayout.JAVA_BYTE, 0));
        RequestSlice successor = new RequestSlice(new ViewArena("server 2"));
        successor.bind(one, Access.READ);
        assertThat(successor.segment().byteSize()).isEqualTo(256);
    }

    @Test
    void theSegmentOfKnownBytesIsTheSameObject() {
        lent.bind(one, Access.READ);
        MemorySegment first = lent.segment();
        lent.bind(two, Access.READ);
        lent.bind(one, Access.READ);

        assertThat(lent.segment()).isSameAs(first);
    }

    @Test
    void bindingKnownBytesMakesNoObject() {
        serve(20_000);

        long made = HeapAllocation.of(() -> serve(100_000));

        assertThat(made).isLessThan(100_000); // less than one byte each
    }

    private void serve(int times) {
        for (int i = 0; i < times; i++) {
            BufferSlice buffer = Slices.retain((i & 1) == 0 ? one : two, request);
            lent.bind(buffer, Access.READ_WRITE);
            if (lent.segment().byteSize() < 128) {
                throw new AssertionError();
            }
            lent.revoke();
            Slices.release(buffer, request);
        }
    }
}
