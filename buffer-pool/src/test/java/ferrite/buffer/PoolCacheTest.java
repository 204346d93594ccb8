package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.Guard;
import ferrite.spi.error.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The contract of PoolCache, line by line.
final class PoolCacheTest {
    private static final long CHUNK = 64 * Pools.KIB;

    private final SharedBufferPool pool = Pools.growing(Pools.MIB, Pools.MIB, 8 * Pools.MIB);
    private final ViewArena arena = new ViewArena("app");
    private final PoolView view = new PoolView(pool, arena);
    private final PoolCache cache = view.cache();

    @AfterEach
    void freeTheMemory() {
        pool.closeForced();
    }

    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    /// Runs a step on another thread and hands on what it throws.
    private static void elsewhere(Step step) {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread other = new Thread(() -> {
            try {
                step.run();
            } catch (Throwable failure) {
                thrown.set(failure);
            }
        });
        other.start();
        try {
            other.join();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        if (thrown.get() instanceof RuntimeException failure) {
            throw failure;
        }
        if (thrown.get() != null) {
            throw new AssertionError(thrown.get());
        }
    }

    @Test
    void everySizeAndAlignmentIsKept() {
        Set<Long> handles = new HashSet<>();
        for (long alignment = 1; alignment <= 2 * Pools.MIB; alignment *= 2) {
            for (long bytes : new long[] {1, 63, 64, 65, 2047, 2048, 2049, 65_535, 65_536, 65_537}) {
                long handle = cache.acquireHandle(bytes, alignment);

                assertThat(cache.address(handle) % alignment).isZero();
                assertThat(cache.length(handle)).isEqualTo(bytes);
                assertThat(cache.segment(handle).byteSize()).isEqualTo(bytes);
                assertThat(handles.add(handle)).isTrue();
                cache.release(handle);
            }
        }
        assertThat(cache.statistics().handles()).isZero();
    }

    @Test
    void bytesAreWhatTheSegmentSees() {
        long handle = cache.acquireHandle(100, 8);
        cache.segment(handle).set(ValueLayout.JAVA_BYTE, 99, (byte) 7);

        BufferSlice slice = cache.slice(handle);

        assertThat(slice.segment().get(ValueLayout.JAVA_BYTE, 99)).isEqualTo((byte) 7);
    }

    @Test
    void badSizesAndAlignmentsAreRefused() {
        for (long bytes : new long[] {0, -1, Long.MIN_VALUE}) {
            Expect.errno(Errno.EINVAL, () -> cache.acquireHandle(bytes, 1));
        }
        for (long alignment : new long[] {0, -1, 3, 96, 1L << 31, Long.MIN_VALUE, Long.MAX_VALUE}) {
            Expect.errno(Errno.EINVAL, () -> cache.acquireHandle(1, alignment));
        }
        for (long bytes : new long[] {8 * Pools.MIB + 1, 1L << 62, Long.MAX_VALUE}) {
            Expect.errno(Errno.ENOMEM, () -> cache.acquireHandle(bytes, 1));
            assertThat(cache.tryAcquireHandle(bytes, 1 << 30)).isZero();
        }
    }

    @Test
    void aReleasedHandleIsStale() {
        for (long bytes : new long[] {64, 5000, 100_000}) {
            long handle = cache.acquireHandle(bytes, 1);
            cache.release(handle);

            assertThat(cache.isLive(handle)).isFalse();
            Expect.errno(Errno.EALREADY, () -> cache.release(handle));
            Expect.errno(Errno.EFAULT, () -> cache.address(handle));
            Expect.errno(Errno.EFAULT, () -> cache.length(handle));
            Expect.errno(Errno.EFAULT, () -> cache.segment(handle));
            Expect.errno(Errno.EFAULT, () -> cache.slice(handle));
            Expect.errno(Errno.EFAULT, () -> cache.resize(handle, 10));
        }
    }

    @Test
    void aSecondReleaseDoesNotFreeTheNextOwnersBytes() {
        for (long bytes : new long[] {64, 5000, 100_000}) {
            long first = cache.acquireHandle(bytes, 1);
            cache.release(first);
            long second = cache.acquireHandle(bytes, 1);

            Expect.errno(Errno.EALREADY, () -> cache.release(first));
            assertThat(cache.isLive(second)).isTrue();
            assertThat(cache.statistics().handles()).isEqualTo(1);
            cache.release(second);
        }
    }

    @Test
    void aHandleOfAnotherCacheOrPoolIsRefused() {
        PoolCache sibling = view.cache();
        PoolCache stranger =
                new PoolView(Pools.growing(Pools.MIB, Pools.MIB, Pools.MIB), new ViewArena("other")).cache();
        for (long bytes : new long[] {64, 5000, 100_000}) {
            long handle = cache.acquireHandle(bytes, 1);
            for (PoolCache other : new PoolCache[] {sibling, stranger}) {
                Expect.errno(Errno.EINVAL, () -> other.release(handle));
                Expect.errno(Errno.EINVAL, () -> other.address(handle));
                Expect.errno(Errno.EINVAL, () -> other.slice(handle));
                Expect.errno(Errno.EINVAL, () -> elsewhere(() -> other.release(handle)));
                assertThat(other.isLive(handle)).isFalse();
            }
            assertThat(cache.isLive(handle)).isTrue();
        }
    }

    @Test
    void inventedHandlesReachNothing() {
        long real = cache.acquireHandle(5000, 1);
        for (int bit = 0; bit < Long.SIZE; bit++) {
            long invented = real ^ 1L << bit;
            if (bit >= 32 && bit < 48) {
                continue; // another length of the same bytes, see the next test
            }
            assertThat(cache.isLive(invented)).as("bit %d", bit).isFalse();
        }
        assertThat(cache.isLive(0)).isFalse();
        assertThat(cache.isLive(-1)).isFalse();
    }

    @Test
    void anInventedLengthReachesNobodyElsesBytes() {
        long real = cache.acquireHandle(5000, 1);
        long longer = real | 0xFFFFL << 32;

        Expect.errno(Errno.EFAULT, () -> cache.segment(longer));
        Expect.errno(Errno.EFAULT, () -> cache.slice(longer));
        Expect.errno(Errno.EFAULT, () -> cache.resize(longer, 1));
    }

    @Test
    void onlyTheOwnerAcquires() {
        long handle = cache.acquireHandle(64, 1);

        Expect.errno(Errno.EACCES, () -> elsewhere(() -> cache.acquireHandle(64, 1)));
        Expect.errno(Errno.EACCES, () -> elsewhere(() -> cache.slice(handle)));
        Expect.errno(Errno.EACCES, () -> elsewhere(() -> cache.resize(handle, 1)));
        Expect.errno(Errno.EACCES, () -> elsewhere(cache::flush));
    }

    @Test
    void theCacheFollowsTheTokenFromThreadToThread() {
        OwnerThread token = new OwnerThread();
        PoolCache ofContext = new PoolView(pool, arena, token).cache();
        token.hold();
        long here = ofContext.acquireHandle(64, 1);
        token.unhold(null);

        long[] there = new long[1];
        elsewhere(() -> {
            token.hold();
            ofContext.release(here);
            there[0] = ofContext.acquireHandle(5000, 1);
            token.unhold(null);
        });

        token.hold();
        ofContext.release(there[0]);
        assertThat(ofContext.statistics().handles()).isZero();
        ofContext.flush();
        assertThat(ofContext.statistics().heldBytes()).isZero();
    }

    @Test
    void whoGaveTheTokenAwayOwnsNothingAnyMore() {
        OwnerThread token = new OwnerThread();
        PoolCache ofContext = new PoolView(pool, arena, token).cache();
        Expect.errno(Errno.EACCES, () -> ofContext.acquireHandle(64, 1));
        token.hold();
        long handle = ofContext.acquireHandle(64, 1);
        token.unhold(null);

        Expect.errno(Errno.EACCES, () -> ofContext.acquireHandle(64, 1));
        Expect.errno(Errno.EACCES, () -> ofContext.slice(handle));
        ofContext.release(handle);
        assertThat(ofContext.statistics().remoteReleases()).isOne();
    }

    @Test
    void theLastHolderWithoutTheTokenLeavesTheBytesToWhoHasIt() {
        OwnerThread token = new OwnerThread();
        PoolCache ofContext = new PoolView(pool, arena, token).cache();
        token.hold();
        BufferSlice slice = ofContext.acquire(5000, 1);
        Guard guard = slice.guard("server");
        slice.close();
        token.unhold(null);

        guard.release(); // on the thread that acquired, which is somebody else now

        assertThat(ofContext.statistics().remoteReleases()).isOne();
        token.hold();
        ofContext.flush();
        assertThat(ofContext.statistics().heldBytes()).isZero();
    }

    @Test
    void anotherThreadsReleaseComesBackToTheOwner() {
        long[] handles = {
            cache.acquireHandle(64, 1), cache.acquireHandle(5000, 1), cache.acquireHandle(100_000, 1),
        };
        for (long handle : handles) {
            elsewhere(() -> cache.release(handle));
            assertThat(cache.isLive(handle)).isFalse();
            Expect.errno(Errno.EALREADY, () -> elsewhere(() -> cache.release(handle)));
            Expect.errno(Errno.EALREADY, () -> cache.release(handle));
        }
        assertThat(cache.statistics().remoteReleases()).isEqualTo(3);

        cache.flush();

        assertThat(cache.statistics().handles()).isZero();
        assertThat(cache.statistics().requestedBytes()).isZero();
        assertThat(view.bytesInUse()).isZero();
    }

    @Test
    void manyRemoteReleasesAreTakenOverWithoutAFlush() {
        for (int i = 0; i < 1000; i++) {
            long handle = cache.acquireHandle(64 * Pools.KIB, 1);
            elsewhere(() -> cache.release(handle));
        }

        assertThat(cache.statistics().remoteReleases()).isLessThanOrEqualTo(RemoteReleases.BATCH);
        assertThat(view.capacity()).isLessThanOrEqualTo(8 * Pools.MIB);
    }

    @Test
    void aFlushGivesEverythingFreeBack() {
        long[] handles = new long[2000];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = cache.acquireHandle(1 + i, 1);
        }
        for (long handle : handles) {
            cache.release(handle);
        }
        assertThat(cache.statistics().heldBytes()).isLessThanOrEqualTo(20 * CHUNK);

        cache.flush();

        assertThat(cache.statistics().heldBytes()).isZero();
        assertThat(view.bytesInUse()).isZero();
        assertThat(pool.shrink()).isPositive();
        assertThat(view.capacity()).isZero();
    }

    @Test
    void whatACacheKeepsDoesNotMakeItRefuse() {
        SharedBufferPool small = Pools.fixed(2 * CHUNK);
        PoolCache only = new PoolView(small, arena).cache();
        long handle = only.acquireHandle(64, 1); // a slab in the first chunk
        only.release(handle);

        assertThat(only.acquireHandle(2 * CHUNK, 1)).isNotZero();
    }

    @Test
    void aPoolTooSmallForAChunkGivesBlocks() {
        PoolCache small = new PoolView(Pools.fixed(Pools.PAGE), arena).cache();

        long handle = small.acquireHandle(100, 64);

        assertThat(small.length(handle)).isEqualTo(100);
        assertThat(small.statistics().heldBytes()).isEqualTo(128);
        assertThat(small.tryAcquireHandle(Pools.PAGE, 1)).isZero();
        small.release(handle);
        assertThat(small.acquireHandle(Pools.PAGE, 1)).isNotZero();
    }

    @Test
    void aSliceMadeOfAHandleOwnsTheBytes() {
        for (long bytes : new long[] {64, 5000, 100_000}) {
            long handle = cache.acquireHandle(bytes, 1);
            long address = cache.address(handle);
            BufferSlice slice = cache.slice(handle);

            assertThat(slice.address()).isEqualTo(address);
            assertThat(slice.length()).isEqualTo(bytes);
            assertThat(cache.isLive(handle)).isFalse();
            Expect.errno(Errno.EALREADY, () -> cache.release(handle));
            slice.close();
            Expect.errno(Errno.EALREADY, slice::close);
            assertThat(slice.isLive()).isFalse();
        }
        cache.flush();
        assertThat(view.bytesInUse()).isZero();
    }

    @Test
    void guardedBytesOfACacheAreNotReused() {
        BufferSlice slice = cache.acquire(64 * Pools.KIB, 1);
        Guard guard = slice.guard("device");
        slice.close();
        assertThat(view.guardedSlices()).isEqualTo(1);
        assertThat(pool.guards()).extracting(GuardReport::length).containsExactly(64 * Pools.KIB);
        for (int i = 0; i < 10; i++) {
            long other = cache.acquireHandle(64 * Pools.KIB, 1);
            assertThat(cache.address(other)).isNotEqualTo(slice.address());
        }

        elsewhere(guard::release);

        cache.flush();
        assertThat(view.guardedSlices()).isZero();
        assertThat(cache.acquireHandle(64 * Pools.KIB, 1)).isNotZero();
    }

    @Test
    void aSuccessorFindsASliceOfACache() {
        cache.acquire(64, 1);
        BufferSlice slice = cache.acquire(100, 1);
        slice.segment().set(ValueLayout.JAVA_BYTE, 99, (byte) 5);
        arena.close();

        BufferSlice found = new PoolView(pool, new ViewArena("app 2")).reattach(slice.offset());

        assertThat(found.length()).isEqualTo(100);
        assertThat(found.segment().get(ValueLayout.JAVA_BYTE, 99)).isEqualTo((byte) 5);
        found.close();
    }

    @Test
    void aStoppedInstanceGetsNoSegmentAndNoSlice() {
        long handle = cache.acquireHandle(64, 1);
        MemorySegment kept = cache.segment(handle);
        arena.close();

        assertThatIllegalStateException().isThrownBy(() -> kept.get(ValueLayout.JAVA_BYTE, 0));
        assertThatIllegalStateException().isThrownBy(() -> cache.segment(handle));
        Expect.errno(Errno.ESHUTDOWN, () -> cache.slice(handle));
        assertThatIllegalStateException().isThrownBy(() -> cache.acquire(1, 1));
        assertThatIllegalStateException().isThrownBy(view::cache);
        assertThat(view.bytesInUse()).isZero(); // a number cannot be handed to a successor: its bytes came back
        assertThat(pool.caches()).isEmpty();
    }

    @Test
    void aDevicesBytesStayWhenTheInstanceWithTheCacheStops() {
        DeviceAddressMap map = new DeviceAddressMap("stick", (address, length, access) -> {});
        BufferSlice slice = cache.acquire(5000, 1);
        long mapped = map.map(slice, Access.READ);
        arena.close();
        PoolView successor = new PoolView(pool, new ViewArena("app 2"));
        long other = successor.cache().acquireHandle(64 * Pools.KIB, 1);

        assertThat(other).isNotZero();
        assertThat(map.deviceMemory(new ViewArena("stick")).at(mapped, 5000, Access.READ))
                .isPresent();
        successor.reattach(slice.offset()).close();
        assertThat(pool.guardedBytes()).isEqualTo(5000);
        map.unmap(mapped);
        assertThat(pool.guardedBytes()).isZero();
    }

    @Test
    void aClosedCacheGivesItsHandlesBackAndItsSlicesGoOn() {
        long handle = cache.acquireHandle(5000, 1);
        BufferSlice live = cache.acquire(5000, 1);
        BufferSlice guarded = cache.acquire(100_000, 1);
        Guard guard = guarded.guard("device");
        guarded.close();

        cache.close();
        cache.close();

        assertThat(cache.isLive(handle)).isFalse();
        Expect.errno(Errno.ESHUTDOWN, () -> cache.release(handle));
        Expect.errno(Errno.ESHUTDOWN, () -> cache.acquireHandle(1, 1));
        Expect.errno(Errno.ESHUTDOWN, cache::flush);
        assertThat(live.segment().byteSize()).isEqualTo(5000);
        assertThat(pool.guardedBytes()).isEqualTo(100_000);
        live.close();
        assertThat(view.bytesInUse()).isEqualTo(100_032);
        guard.release();
        assertThat(view.bytesInUse()).isZero();
    }

    @Test
    void aPoolWithALiveHandleDoesNotClose() {
        long handle = cache.acquireHandle(64, 1);

        Expect.errno(Errno.EADDRINUSE, pool::close);
        cache.release(handle);
        pool.close();

        assertThat(view.capacity()).isZero();
        Expect.errno(Errno.ESHUTDOWN, () -> cache.acquireHandle(1, 1));
        Expect.errno(Errno.ESHUTDOWN, () -> cache.release(handle));
    }

    @Test
    void aForcedCloseKeepsGuardedBytesOfACache() {
        BufferSlice guarded = cache.acquire(64, 1);
        cache.acquireHandle(64, 1);
        LentSlice lent = LentSlice.lend(guarded, new ViewArena("server"), Access.READ_WRITE);
        Guard guard = guarded.guard("request");

        pool.closeForced();

        assertThat(view.capacity()).isEqualTo(Pools.MIB);
        lent.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
        guard.release();
        assertThat(view.capacity()).isZero();
        assertThat(lent.isLive()).isFalse();
    }

    @Test
    void aHandleIsResizedWhereItStands() {
        long small = cache.acquireHandle(100, 1);
        long run = cache.acquireHandle(5000, 1);
        long block = cache.acquireHandle(100_000, 1);

        long smaller = cache.resize(small, 128);
        long longer = cache.resize(run, 20_000);
        long blockLonger = cache.resize(block, 200_000);

        assertThat(cache.length(smaller)).isEqualTo(128);
        assertThat(cache.length(longer)).isEqualTo(20_000);
        assertThat(cache.length(blockLonger)).isEqualTo(200_000);
        Expect.errno(Errno.EALREADY, () -> cache.release(small));
        Expect.errno(Errno.EALREADY, () -> cache.release(run));
        Expect.errno(Errno.EALREADY, () -> cache.release(block));
        cache.release(smaller);
        cache.release(longer);
        cache.release(blockLonger);
        cache.flush();
        assertThat(view.bytesInUse()).isZero();
    }

    @Test
    void aHandleIsNotResizedOverItsNeighbour() {
        long small = cache.acquireHandle(64, 1);
        long run = cache.acquireHandle(4096, 4096);
        long next = cache.acquireHandle(4096, 1);

        assertThat(cache.address(next)).isEqualTo(cache.address(run) + 4096);
        assertThat(cache.resize(small, 65)).isZero();
        assertThat(cache.resize(run, 4097)).isZero();
        assertThat(cache.resize(run, 65_537)).isZero();
        assertThat(cache.isLive(run)).isTrue();
        Expect.errno(Errno.EINVAL, () -> cache.resize(run, 0));
        long shorter = cache.resize(run, 2000);
        assertThat(cache.acquireHandle(2048, 2048)).isNotZero();
        cache.release(shorter);
        cache.release(next);
    }

    @Test
    void debugModeFindsWritesAfterReleaseInACache() {
        SharedBufferPool poisoned = Pools.poisoning(Pools.MIB);
        PoolCache debug = new PoolView(poisoned, arena).cache();
        for (long bytes : new long[] {64, 5000}) {
            long handle = debug.acquireHandle(bytes, 1);
            MemorySegment kept = debug.segment(handle);
            kept.fill((byte) 1);
            debug.release(handle);
            assertThat(kept.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0xDB);
            kept.set(ValueLayout.JAVA_BYTE, 8, (byte) 2);
            debug.release(debug.acquireHandle(bytes, 1));
        }

        assertThat(poisoned.statistics().writesAfterRelease()).isEqualTo(2);
    }

    @Test
    void properUseInDebugModeIsNotReported() {
        SharedBufferPool poisoned = Pools.poisoning(4 * Pools.MIB);
        PoolCache debug = new PoolView(poisoned, arena).cache();
        for (int bytes = 1; bytes < 100_000; bytes += 97) {
            long handle = debug.acquireHandle(bytes, 1);
            debug.segment(handle).fill((byte) bytes);
            debug.release(handle);
            BufferSlice slice = debug.acquire(bytes, 1);
            slice.segment().fill((byte) bytes);
            slice.close();
        }
        debug.flush();

        assertThat(poisoned.statistics().writesAfterRelease()).isZero();
        assertThat(poisoned.statistics().bytesInUse()).isZero();
    }

    @Test
    void acquiringAndReleasingMakesNoObject() {
        acquireAndRelease(20_000);

        assertThat(HeapAllocation.of(() -> acquireAndRelease(100_000))).isLessThan(100_000);
    }

    private void acquireAndRelease(int times) {
        long held = 0;
        for (int i = 0; i < times; i++) {
            long handle = cache.acquireHandle(1 + (i * 7919L & 0xFFFF), 1L << (i % 13));
            if (cache.address(handle) == 0) {
                throw new AssertionError();
            }
            if (held != 0) {
                cache.release(held);
            }
            held = handle;
        }
        cache.release(held);
    }
}
