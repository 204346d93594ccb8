package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.Guard;
import ferrite.spi.error.Errno;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class SlicesTest {
    record Named(String holder, long heldSinceNanos) implements Holder {}

    private final AtomicLong nanoTime = new AtomicLong(1000);
    private final SharedBufferPool pool = new SharedBufferPool(
            "test",
            new PoolParameters(Pools.PAGE, Pools.PAGE, Pools.PAGE, false),
            RegionSource.heapless(new AddressSpace()),
            nanoTime::get);
    private final ViewArena arena = new ViewArena("app");
    private final PoolView view = new PoolView(pool, arena);
    private final BufferSlice slice = view.acquire(256, 1);
    private final Holder ring = new Named("ring, request 1", 900);

    @Test
    void retainedBytesAreNotReusedUntilTheRelease() {
        BufferSlice retained = Slices.retain(slice, ring);
        slice.close();
        assertThat(view.guardedSlices()).isEqualTo(1);
        assertThat(pool.guardedBytes()).isEqualTo(256);
        assertThat(view.bytesInUse()).isEqualTo(256);

        Slices.release(retained, ring);

        assertThat(view.guardedSlices()).isZero();
        assertThat(pool.guardedBytes()).isZero();
        assertThat(view.bytesInUse()).isZero();
    }

    @Test
    void aReleaseBeforeTheCloseFreesNothing() {
        Slices.release(Slices.retain(slice, ring), ring);

        assertThat(slice.isLive()).isTrue();
        slice.close();
        assertThat(view.bytesInUse()).isZero();
    }

    @Test
    void aPartAndARestrictedViewGuardTheWhole() {
        BufferSlice part = Slices.retain(slice.slice(64, 64).restrict(Access.READ), ring);
        slice.close();
        assertThat(view.bytesInUse()).isEqualTo(256);

        Slices.release(part, ring);

        assertThat(view.bytesInUse()).isZero();
    }

    @Test
    void aSliceThatIsNotLiveIsNotRetained() {
        BufferSlice part = slice.slice(0, 1);
        BufferSlice lent = LentSlice.lend(slice, new ViewArena("server"), Access.READ);
        slice.close();

        Expect.errno(Errno.EFAULT, () -> Slices.retain(slice, ring));
        Expect.errno(Errno.EFAULT, () -> Slices.retain(part, ring));
        Expect.errno(Errno.EFAULT, () -> Slices.retain(lent, ring));
    }

    @Test
    void aStoppedInstanceRetainsNothing() {
        arena.close();

        Expect.errno(Errno.EFAULT, () -> Slices.retain(slice, ring));
    }

    @Test
    void aSliceOfAnotherMakeIsRefusedWithoutCallingIt() {
        BufferSlice forged = (BufferSlice) Proxy.newProxyInstance(
                BufferSlice.class.getClassLoader(), new Class<?>[] {BufferSlice.class}, (proxy, method, arguments) -> {
                    throw new AssertionError(method);
                });

        Expect.errno(Errno.EINVAL, () -> Slices.retain(forged, ring));
        Expect.errno(Errno.EINVAL, () -> Slices.release(forged, ring));
    }

    @Test
    void onlyAHolderReleases() {
        Slices.retain(slice, ring);

        Expect.errno(Errno.EALREADY, () -> Slices.release(slice, new Named("other", 0)));
        Slices.release(slice, ring);
        Expect.errno(Errno.EALREADY, () -> Slices.release(slice, ring));
        assertThat(slice.isLive()).isTrue();
        slice.close();
        assertThat(view.bytesInUse()).isZero();
    }

    @Test
    void aReportListsRetainersAndGuardsTheOldestFirst() {
        Slices.retain(slice, ring);
        Guard guard = slice.guard("device");
        BufferSlice other = view.acquire(64, 1);
        Slices.retain(other, new Named("ring, request 2", 100));
        nanoTime.set(2000);

        assertThat(pool.guards())
                .containsExactly(
                        new GuardReport("ring, request 2", other.address(), 64, 1900),
                        new GuardReport("ring, request 1", slice.address(), 256, 1100),
                        new GuardReport("device", slice.address(), 256, 1000));
        guard.release();
        Slices.release(slice, ring);
        assertThat(pool.guards()).hasSize(1);
        assertThat(pool.statistics().guards()).isEqualTo(1);
    }

    @Test
    void anyNumberOfHoldersIsReportedAndReleasedInAnyOrder() {
        List<Holder> holders = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            holders.add(new Named("request " + i, i));
            Slices.retain(slice, holders.getLast());
        }
        Slices.retain(slice, holders.getLast()); // twice the same
        slice.close();

        assertThat(pool.guards()).hasSize(41);
        assertThat(pool.guards()).extracting(GuardReport::holder).contains("request 0", "request 17", "request 39");
        assertThat(pool.statistics().guards()).isEqualTo(41);
        for (int i = 39; i >= 0; i -= 2) {
            Slices.release(slice, holders.get(i));
        }
        for (int i = 0; i < 40; i += 2) {
            Slices.release(slice, holders.get(i));
        }
        assertThat(view.bytesInUse()).isEqualTo(256);
        Slices.release(slice, holders.getLast());
        assertThat(view.bytesInUse()).isZero();
        assertThat(pool.guards()).isEmpty();
    }

    @Test
    void retainingAndReleasingMakesNoObject() {
        retainAndRelease(20_000);

        long made = HeapAllocation.of(() -> retainAndRelease(100_000));

        assertThat(made).isLessThan(100_000); // less than one byte each
    }

    private void retainAndRelease(int times) {
        for (int i = 0; i < times; i++) {
            Slices.release(Slices.retain(slice, ring), ring);
        }
    }

    /// Each round one owner closes while several requests are under way: exactly one of them gives the bytes back.
    @Test
    void bytesComeBackExactlyOnceWhoeverIsLast() throws Exception {
        int peers = 3;
        slice.close();
        try (ExecutorService threads = Executors.newFixedThreadPool(peers)) {
            for (int round = 0; round < 3000; round++) {
                BufferSlice shared = view.acquire(Pools.PAGE, 1);
                List<Future<?>> done = new ArrayList<>();
                for (int peer = 0; peer < peers; peer++) {
                    Holder holder = new Named("peer " + peer, 0);
                    BufferSlice retained = Slices.retain(shared, holder);
                    done.add(threads.submit(() -> Slices.release(retained, holder)));
                }
                shared.close();
                for (Future<?> one : done) {
                    one.get();
                }
                assertThat(view.bytesInUse()).isZero();
            }
        }
        assertThat(view.guardedSlices()).isZero();
    }
}
