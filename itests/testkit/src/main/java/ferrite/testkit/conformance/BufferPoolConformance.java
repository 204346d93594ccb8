package ferrite.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.DmaConstraints;
import ferrite.spi.buffer.Guard;
import ferrite.spi.buffer.SliceCache;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// What a buffer pool must do, whatever its allocator. `-DSEED=` replays the random test.
public interface BufferPoolConformance {
    /// A new pool for one test: empty, with at least 4 MiB and a limit. Used by one thread.
    BufferPool openPool();

    /// Whether [BufferPool#resize] ever makes a slice shorter or longer; if not, it always answers with nothing.
    default boolean canResize() {
        return true;
    }

    /// Whether there is memory for devices with 32 address bits; if not, asking for it is ENOMEM.
    default boolean hasMemoryBelow4GiB() {
        return true;
    }

    @Test
    default void sliceHasTheSizeThatWasAskedFor() {
        BufferPool pool = openPool();
        for (long bytes : new long[] {1, 2, 63, 64, 65, 4095, 4096, 4097, 65_536, 1 << 20}) {
            try (BufferSlice slice = pool.acquire(bytes, 1)) {
                assertThat(slice.length()).isEqualTo(bytes);
                assertThat(slice.segment().byteSize()).isEqualTo(bytes);
                assertThat(slice.access()).isEqualTo(Access.READ_WRITE);
            }
        }
    }

    @Test
    default void sliceIsAligned() {
        BufferPool pool = openPool();
        for (long alignment = 1; alignment <= 4096; alignment *= 2) {
            try (BufferSlice other = pool.acquire(alignment + 1, 1);
                    BufferSlice slice = pool.acquire(100, alignment)) {
                assertThat(slice.address() % alignment)
                        .as("alignment %d", alignment)
                        .isZero();
                assertThat(other.address()).isNotEqualTo(slice.address());
            }
        }
    }

    @Test
    default void nonsensicalSizesAndAlignmentsAreInvalid() {
        BufferPool pool = openPool();
        assertErrno(Errno.EINVAL, () -> pool.acquire(0, 1));
        assertErrno(Errno.EINVAL, () -> pool.acquire(-1, 1));
        assertErrno(Errno.EINVAL, () -> pool.acquire(16, 0));
        assertErrno(Errno.EINVAL, () -> pool.acquire(16, 3));
        assertErrno(Errno.EINVAL, () -> pool.acquire(16, -8));
        assertErrno(Errno.EINVAL, () -> pool.acquire(Long.MIN_VALUE, 1));
        assertErrno(Errno.EINVAL, () -> pool.acquire(16, Long.MIN_VALUE));
        assertErrno(Errno.EINVAL, () -> pool.acquire(16, 1L << 31));
        assertErrno(Errno.EINVAL, () -> pool.acquire(16, 1L << 62));
    }

    @Test
    default void sizesThatNoPoolHasAreNotCutShort() {
        BufferPool pool = openPool();
        long before = pool.bytesInUse();
        // As 32-bit numbers, or rounded up to whole units, all of these are small or negative.
        for (long bytes : new long[] {Long.MAX_VALUE, Long.MAX_VALUE - 62, 1L << 62, 1L << 38, (1L << 38) + 64}) {
            for (AllocationStrategy strategy : List.of(AllocationStrategy.BEST, AllocationStrategy.GREEDY)) {
                assertErrno(Errno.ENOMEM, () -> pool.acquire(bytes, 64, strategy));
                assertThat(pool.tryAcquire(bytes, 1, strategy)).isEmpty();
            }
            assertErrno(Errno.EINVAL, () -> pool.acquire(bytes, 1, new AllocationStrategy.Fixed(0)));
            assertErrno(Errno.ENOMEM, () -> pool.acquireDma(bytes, 1, DmaConstraints.NONE));
            assertErrno(Errno.ENOMEM, () -> pool.acquireDma(1L << 61, 1, new DmaConstraints(false, 1L << 62)));
        }
        assertThat(pool.bytesInUse()).isEqualTo(before);
    }

    @Test
    default void everyStrategyGivesWhatWasAskedFor() {
        BufferPool pool = openPool();
        long before = pool.bytesInUse();
        for (AllocationStrategy strategy : List.of(AllocationStrategy.BEST, AllocationStrategy.GREEDY)) {
            List<BufferSlice> slices = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                BufferSlice slice = pool.acquire(1 + 97L * i, 1L << i % 13, strategy);
                assertThat(slice.length()).isEqualTo(1 + 97L * i);
                assertThat(slice.address() % (1L << i % 13)).isZero();
                slice.segment().fill((byte) i);
                slices.add(slice);
            }
            for (int i = 0; i < slices.size(); i++) {
                assertThat(slices.get(i).segment().toArray(ValueLayout.JAVA_BYTE))
                        .as("%s, slice %d", strategy, i)
                        .containsOnly((byte) i);
                slices.get(i).close();
            }
            assertThat(pool.bytesInUse()).as("%s", strategy).isEqualTo(before);
        }
    }

    @Test
    default void fixedSliceStandsExactlyThere() {
        BufferPool pool = openPool();
        BufferSlice room = pool.acquire(65_536, 4096);
        long offset = room.offset();
        long address = room.address();
        room.close();
        try (BufferSlice behind = pool.acquire(4096, 4096, new AllocationStrategy.Fixed(offset + 8192));
                BufferSlice at = pool.acquire(100, 64, new AllocationStrategy.Fixed(offset))) {
            assertThat(behind.offset()).isEqualTo(offset + 8192);
            assertThat(behind.address()).isEqualTo(address + 8192);
            assertThat(at.offset()).isEqualTo(offset);
            assertThat(at.address()).isEqualTo(address);
            assertThat(at.length()).isEqualTo(100);
        }
    }

    @Test
    default void fixedPlaceOfWhichAByteIsTakenIsInUse() {
        BufferPool pool = openPool();
        BufferSlice room = pool.acquire(65_536, 4096);
        long offset = room.offset();
        room.close();
        AllocationStrategy.Fixed here = new AllocationStrategy.Fixed(offset + 4096);
        AllocationStrategy.Fixed before = new AllocationStrategy.Fixed(offset + 64);
        try (BufferSlice taken = pool.acquire(4096, 64, here)) {
            long inUse = pool.bytesInUse();
            assertErrno(Errno.EADDRINUSE, () -> pool.acquire(64, 64, here));
            assertErrno(Errno.EADDRINUSE, () -> pool.acquire(4096, 64, before));
            assertThat(pool.tryAcquire(64, 64, here)).isEmpty();
            assertThat(pool.bytesInUse()).isEqualTo(inUse);
            assertThat(taken.isLive()).isTrue();
        }
        pool.acquire(4096, 64, before).close();
    }

    @Test
    default void fixedPlaceThatCannotBeIsInvalid() {
        BufferPool pool = openPool();
        BufferSlice room = pool.acquire(65_536, 4096);
        long offset = room.offset();
        room.close();
        assertErrno(Errno.EINVAL, () -> pool.acquire(64, 64, new AllocationStrategy.Fixed(offset + 1)));
        assertErrno(Errno.EINVAL, () -> pool.acquire(64, 4096, new AllocationStrategy.Fixed(offset + 64)));
        assertErrno(Errno.EINVAL, () -> pool.acquire(64, 64, new AllocationStrategy.Fixed(-64)));
        assertErrno(Errno.EINVAL, () -> pool.acquire(64, 64, new AllocationStrategy.Fixed(1L << 50)));
        assertErrno(Errno.EINVAL, () -> pool.acquire(64, 64, new AllocationStrategy.Fixed(-1L << 6 & Long.MAX_VALUE)));
    }

    @Test
    default void slicesDoNotOverlapAndKeepTheirBytes() {
        long seed = Long.getLong("SEED", System.nanoTime());
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        BufferPool pool = openPool();
        long before = pool.bytesInUse();
        List<BufferSlice> live = new ArrayList<>();
        List<Byte> marks = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            if (live.size() < 200 && random.nextInt(5) > 1) {
                long bytes = 1 + random.nextLong(1L << 1 + random.nextInt(13));
                BufferSlice slice = pool.acquire(bytes, 1L << random.nextInt(8));
                byte mark = (byte) step;
                slice.segment().fill(mark);
                live.add(slice);
                marks.add(mark);
            } else if (!live.isEmpty()) {
                int index = random.nextInt(live.size());
                BufferSlice slice = live.remove(index);
                byte mark = marks.remove(index);
                assertThat(slice.segment().get(ValueLayout.JAVA_BYTE, 0))
                        .as("-DSEED=%d step %d, first byte", seed, step)
                        .isEqualTo(mark);
                assertThat(slice.segment().get(ValueLayout.JAVA_BYTE, slice.length() - 1))
                        .as("-DSEED=%d step %d, last byte", seed, step)
                        .isEqualTo(mark);
                slice.close();
            }
        }
        live.forEach(BufferSlice::close);
        assertThat(pool.bytesInUse()).as("-DSEED=%d", seed).isEqualTo(before);
    }

    @Test
    default void closedSliceIsDead() {
        BufferSlice slice = openPool().acquire(64, 64);
        slice.close();
        assertThat(slice.isLive()).isFalse();
        assertErrno(Errno.EFAULT, slice::segment);
        assertErrno(Errno.EFAULT, () -> slice.guard("test"));
    }

    @Test
    default void secondCloseIsRefusedAndFreesNothing() {
        BufferPool pool = openPool();
        BufferSlice slice = pool.acquire(64, 64);
        slice.close();
        try (BufferSlice next = pool.acquire(64, 64)) {
            long inUse = pool.bytesInUse();
            assertErrno(Errno.EALREADY, slice::close);
            assertThat(pool.bytesInUse()).isEqualTo(inUse);
            assertThat(next.isLive()).isTrue();
        }
    }

    @Test
    default void secondCloseIsRefusedWhileAGuardKeepsTheBytesAndAfterIt() {
        BufferPool pool = openPool();
        long before = pool.bytesInUse();
        BufferSlice slice = pool.acquire(64, 64);
        Guard guard = slice.guard("device");
        slice.close();
        long inUse = pool.bytesInUse();

        assertErrno(Errno.EALREADY, slice::close);

        assertThat(pool.bytesInUse()).isEqualTo(inUse).isGreaterThan(before);
        assertThat(pool.guardedSlices()).isEqualTo(1);
        guard.release();
        assertThat(pool.bytesInUse()).isEqualTo(before);
        try (BufferSlice next = pool.acquire(64, 64)) {
            assertErrno(Errno.EALREADY, slice::close);
            assertThat(next.isLive()).isTrue();
            assertThat(pool.guardedSlices()).isZero();
        }
    }

    @Test
    default void guardedBytesAreNotReused() {
        BufferPool pool = openPool();
        BufferSlice slice = pool.acquire(64, 64);
        long address = slice.address();
        Guard guard = slice.guard("device");
        slice.close();
        assertThat(pool.guardedSlices()).isEqualTo(1);
        List<BufferSlice> others = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            BufferSlice other = pool.acquire(64, 64);
            assertThat(other.address()).isNotEqualTo(address);
            others.add(other);
        }
        others.forEach(BufferSlice::close);
        guard.release();
        assertThat(pool.guardedSlices()).isZero();
    }

    @Test
    default void bytesComeBackWithTheLastGuard() {
        BufferPool pool = openPool();
        long before = pool.bytesInUse();
        BufferSlice slice = pool.acquire(4096, 64);
        Guard first = slice.guard("first");
        Guard second = slice.guard("second");
        slice.close();
        first.release();
        first.release(); // does nothing
        assertThat(pool.bytesInUse()).isGreaterThan(before);
        second.release();
        assertThat(pool.bytesInUse()).isEqualTo(before);
    }

    @Test
    default void guardOfAnOpenSliceDoesNotFreeIt() {
        BufferPool pool = openPool();
        try (BufferSlice slice = pool.acquire(64, 64)) {
            slice.guard("device").release();
            assertThat(slice.isLive()).isTrue();
        }
    }

    @Test
    default void partSharesTheLifeOfItsWhole() {
        BufferPool pool = openPool();
        BufferSlice whole = pool.acquire(128, 64);
        BufferSlice part = whole.slice(32, 64);
        assertThat(part.length()).isEqualTo(64);
        assertThat(part.address()).isEqualTo(whole.address() + 32);
        part.close();
        assertThat(whole.isLive()).isTrue();
        whole.close();
        assertThat(part.isLive()).isFalse();
    }

    @Test
    default void partOutsideOfItsWholeIsABadAddress() {
        try (BufferSlice whole = openPool().acquire(128, 64)) {
            assertErrno(Errno.EFAULT, () -> whole.slice(-1, 2));
            assertErrno(Errno.EFAULT, () -> whole.slice(0, 129));
            assertErrno(Errno.EFAULT, () -> whole.slice(128, 1));
            assertErrno(Errno.EFAULT, () -> whole.slice(64, Long.MAX_VALUE));
            assertThat(whole.slice(128, 0).length()).isZero();
        }
    }

    @Test
    default void restrictedSliceCannotBeWidened() {
        try (BufferSlice slice = openPool().acquire(64, 64)) {
            BufferSlice readOnly = slice.restrict(Access.READ);
            assertThat(readOnly.segment().isReadOnly()).isTrue();
            assertErrno(Errno.EACCES, () -> readOnly.restrict(Access.READ_WRITE));
        }
    }

    @Test
    default void fullPoolSaysSoAndRecovers() {
        BufferPool pool = openPool();
        List<BufferSlice> all = new ArrayList<>();
        Optional<BufferSlice> next = pool.tryAcquire(1 << 20, 1, AllocationStrategy.BEST);
        while (next.isPresent()) {
            all.add(next.get());
            next = pool.tryAcquire(1 << 20, 1, AllocationStrategy.BEST);
        }
        assertErrno(Errno.ENOMEM, () -> pool.acquire(1 << 20, 1));
        assertThat(all).isNotEmpty();
        all.forEach(BufferSlice::close);
        assertThatCode(() -> pool.acquire(1 << 20, 1).close()).doesNotThrowAnyException();
    }

    @Test
    default void freedBytesComeTogetherAgain() {
        BufferPool pool = openPool();
        List<BufferSlice> pieces = new ArrayList<>();
        for (int i = 0; i < 512; i++) {
            pieces.add(pool.acquire(4096, 1));
        }
        long capacity = pool.capacity();
        for (int i = 0; i < pieces.size(); i += 2) {
            pieces.get(i).close();
        }
        for (int i = 1; i < pieces.size(); i += 2) {
            pieces.get(i).close();
        }
        try (BufferSlice large = pool.acquire(512 * 1024, 1)) {
            assertThat(large.length()).isEqualTo(512 * 1024);
            assertThat(pool.capacity()).isEqualTo(capacity);
        }
    }

    @Test
    default void reattachedSliceIsTheSameBytes() {
        BufferPool pool = openPool();
        BufferSlice slice = pool.acquire(64, 64);
        slice.segment().fill((byte) 7);
        BufferSlice again = pool.reattach(slice.offset());
        assertThat(again.length()).isEqualTo(64);
        assertThat(again.segment().get(ValueLayout.JAVA_BYTE, 63)).isEqualTo((byte) 7);
        assertErrno(Errno.EINVAL, () -> pool.reattach(slice.offset() + 1));
    }

    @Test
    default void sliceForADeviceKeepsItsBoundary() {
        BufferPool pool = openPool();
        DmaConstraints constraints = new DmaConstraints(false, 65_536);
        for (long bytes : new long[] {1, 100, 4096, 40_000, 65_536}) {
            try (BufferSlice slice = pool.acquireDma(bytes, 16, constraints)) {
                assertThat(constraints.allow(slice.address(), bytes)).isTrue();
            }
        }
        assertErrno(Errno.EINVAL, () -> pool.acquireDma(65_537, 16, constraints));
    }

    @Test
    default void sliceForADeviceWith32AddressBitsLiesBelow4GiB() {
        BufferPool pool = openPool();
        long before = pool.bytesInUse();
        DmaConstraints low = new DmaConstraints(true, 65_536);
        if (!hasMemoryBelow4GiB()) {
            assertErrno(Errno.ENOMEM, () -> pool.acquireDma(4096, 4096, low));
        } else {
            try (BufferSlice slice = pool.acquireDma(65_536, 4096, low)) {
                assertThat(slice.address()).isBetween(1L, (1L << 32) - 65_536);
                assertThat(slice.address() % 65_536).isZero();
                slice.segment().fill((byte) 3);
                assertThat(pool.reattach(slice.offset()).segment().get(ValueLayout.JAVA_BYTE, 65_535))
                        .isEqualTo((byte) 3);
            }
        }
        assertThat(pool.bytesInUse()).isEqualTo(before);
    }

    @Test
    default void resizedSliceKeepsItsBytesAndItsPlace() {
        BufferPool pool = openPool();
        BufferSlice slice = pool.acquire(4096, 64);
        slice.segment().fill((byte) 9);
        long address = slice.address();
        assumeTrue(canResize(), "the pool resizes nothing");

        BufferSlice shorter = pool.resize(slice, 1024).orElseThrow();

        assertThat(shorter.address()).isEqualTo(address);
        assertThat(shorter.length()).isEqualTo(1024);
        assertThat(shorter.segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly(9);
        assertThat(slice.isLive()).isFalse();
        BufferSlice longer = pool.resize(shorter, 4096).orElseThrow();
        assertThat(longer.address()).isEqualTo(address);
        assertThat(longer.segment().asSlice(0, 1024).toArray(ValueLayout.JAVA_BYTE))
                .containsOnly(9);
        longer.close();
    }

    @Test
    default void bytesThatASliceLosesCanBeTaken() {
        assumeTrue(canResize(), "the pool resizes nothing");
        BufferPool pool = openPool();
        long before = pool.bytesInUse();
        BufferSlice slice = pool.acquire(4096, 64);
        long behind = slice.offset() + 1024;

        BufferSlice shorter = pool.resize(slice, 1024).orElseThrow();

        assertThat(pool.bytesInUse()).isLessThan(before + 4096);
        BufferSlice next = pool.acquire(3072, 64, new AllocationStrategy.Fixed(behind));
        assertThat(pool.resize(shorter, 1025)).as("there is no room behind it").isEmpty();
        assertThat(shorter.isLive()).isTrue();
        next.close();
        shorter.close();
        assertThat(pool.bytesInUse()).isEqualTo(before);
    }

    @Test
    default void resizeThatCannotBeChangesNothing() {
        BufferPool pool = openPool();
        try (BufferSlice slice = pool.acquire(4096, 64)) {
            slice.segment().fill((byte) 9);
            long inUse = pool.bytesInUse();
            assertThat(pool.resize(slice, 1L << 40)).isEmpty();
            assertThat(pool.resize(slice, (1L << 38) + 64)).isEmpty();
            assertThat(pool.resize(slice, Long.MAX_VALUE)).isEmpty();
            assertThat(pool.bytesInUse()).isEqualTo(inUse);
            assertThat(slice.length()).isEqualTo(4096);
            assertThat(slice.segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly(9);
        }
    }

    @Test
    default void resizeIsRefusedToWhoMayNot() {
        assumeTrue(canResize(), "the pool resizes nothing");
        BufferPool pool = openPool();
        BufferSlice slice = pool.acquire(4096, 64);
        assertErrno(Errno.EINVAL, () -> pool.resize(slice, 0));
        assertErrno(Errno.EINVAL, () -> pool.resize(slice, -1));
        Guard guard = slice.guard("device");
        assertErrno(Errno.EBUSY, () -> pool.resize(slice, 1024));
        guard.release();
        assertThat(slice.length()).isEqualTo(4096);
        slice.close();
        assertErrno(Errno.EALREADY, () -> pool.resize(slice, 1024));
    }

    /// A pool's cache, if it has one; a pool that has none says EOPNOTSUPP, and its test is not applicable.
    private static SliceCache cacheOf(BufferPool pool) {
        try {
            return pool.cache();
        } catch (SchemeException none) {
            assertThat(none.errno()).isEqualTo(Errno.EOPNOTSUPP);
            return abort("the pool has no cache");
        }
    }

    @Test
    default void handlesHaveTheSizeAndTheAlignmentThatWereAskedFor() {
        try (SliceCache cache = cacheOf(openPool())) {
            for (long bytes : new long[] {1, 64, 65, 2048, 4097, 65_536, 65_537, 1 << 20}) {
                for (long alignment = 1; alignment <= 4096; alignment *= 8) {
                    long handle = cache.acquireHandle(bytes, alignment);
                    assertThat(handle).isNotEqualTo(SliceCache.NONE);
                    assertThat(cache.length(handle)).isEqualTo(bytes);
                    assertThat(cache.address(handle) % alignment).isZero();
                    assertThat(cache.segment(handle).byteSize()).isEqualTo(bytes);
                    cache.release(handle);
                }
            }
            assertErrno(Errno.EINVAL, () -> cache.acquireHandle(0, 1));
            assertErrno(Errno.EINVAL, () -> cache.acquireHandle(16, 3));
            assertErrno(Errno.EINVAL, () -> cache.acquireHandle(Long.MIN_VALUE, 1));
            assertErrno(Errno.EINVAL, () -> cache.acquireHandle(16, Long.MIN_VALUE));
        }
    }

    @Test
    default void handlesOfSizesThatNoPoolHasAreRefused() {
        try (SliceCache cache = cacheOf(openPool())) {
            long handle = cache.acquireHandle(4096, 64);
            for (long bytes : new long[] {Long.MAX_VALUE, Long.MAX_VALUE - 62, 1L << 62, 1L << 38, (1L << 38) + 64}) {
                assertThat(cache.tryAcquireHandle(bytes, 1)).isEqualTo(SliceCache.NONE);
                assertErrno(Errno.ENOMEM, () -> cache.acquireHandle(bytes, 64));
                assertThat(cache.resize(handle, bytes)).isEqualTo(SliceCache.NONE);
            }
            assertThat(cache.length(handle)).isEqualTo(4096);
            cache.release(handle);
        }
    }

    @Test
    default void handlesDoNotOverlapAndKeepTheirBytes() {
        try (SliceCache cache = cacheOf(openPool())) {
            long[] handles = new long[100];
            for (int i = 0; i < handles.length; i++) {
                handles[i] = cache.acquireHandle(1 + 97L * i, 1);
                cache.segment(handles[i]).fill((byte) i);
            }
            for (int i = 0; i < handles.length; i++) {
                byte mark = (byte) i;
                assertThat(cache.segment(handles[i]).toArray(ValueLayout.JAVA_BYTE))
                        .containsOnly(mark);
                cache.release(handles[i]);
            }
        }
    }

    @Test
    default void releasedHandleIsRefused() {
        BufferPool pool = openPool();
        try (SliceCache cache = cacheOf(pool);
                SliceCache other = pool.cache()) {
            long handle = cache.acquireHandle(64, 64);
            assertErrno(Errno.EINVAL, () -> other.release(handle));
            cache.release(handle);
            assertThat(cache.isLive(handle)).isFalse();
            assertErrno(Errno.EALREADY, () -> cache.release(handle));
            assertErrno(Errno.EFAULT, () -> cache.segment(handle));
            assertErrno(Errno.EFAULT, () -> cache.slice(handle));
        }
    }

    @Test
    default void sliceOfAHandleOutlivesTheCacheAndGivesItsBytesBack() {
        BufferPool pool = openPool();
        long before = pool.bytesInUse();
        SliceCache cache = cacheOf(pool);
        long handle = cache.acquireHandle(600, 64);
        cache.segment(handle).fill((byte) 7);
        BufferSlice slice = cache.slice(handle);
        assertThat(cache.isLive(handle)).isFalse();
        Guard guard = slice.guard("device");
        cache.acquireHandle(100, 1); // ends with the cache
        cache.close();
        assertThat(slice.segment().get(ValueLayout.JAVA_BYTE, 599)).isEqualTo((byte) 7);
        slice.close();
        assertThat(pool.bytesInUse()).isGreaterThan(before);
        guard.release();
        assertThat(pool.bytesInUse()).isEqualTo(before);
        assertErrno(Errno.ESHUTDOWN, () -> cache.acquireHandle(1, 1));
    }

    private static void assertErrno(Errno errno, ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        SchemeException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }
}
