package ferrite.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

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
    default void resizedSliceKeepsItsBytesAndItsPlace() {
        BufferPool pool = openPool();
        BufferSlice slice = pool.acquire(4096, 64);
        slice.segment().fill((byte) 9);
        long address = slice.address();
        pool.resize(slice, 1024)
                .ifPresentOrElse(
                        shorter -> {
                            assertThat(shorter.address()).isEqualTo(address);
                            assertThat(shorter.length()).isEqualTo(1024);
                            assertThat(shorter.segment().get(ValueLayout.JAVA_BYTE, 1023))
                                    .isEqualTo((byte) 9);
                            assertThat(slice.isLive()).isFalse();
                            shorter.close();
                        },
                        () -> {
                            assertThat(slice.isLive()).isTrue();
                            slice.close();
                        });
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
