package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The contract of BufferPool and BufferSlice, line by line.
final class PoolViewTest {
    private static final AllocationStrategy BEST = AllocationStrategy.BEST;

    private final SharedBufferPool pool = Pools.growing(Pools.MIB, Pools.MIB, 4 * Pools.MIB);
    private final ViewArena arena = new ViewArena("app");
    private final PoolView view = new PoolView(pool, arena);

    @AfterEach
    void freeTheMemory() {
        pool.closeForced();
    }

    @Test
    void aSliceHasTheLengthThatWasAskedFor() {
        BufferSlice slice = view.acquire(100, 1);

        assertThat(slice.length()).isEqualTo(100);
        assertThat(slice.segment().byteSize()).isEqualTo(100);
        assertThat(slice.access()).isEqualTo(Access.READ_WRITE);
        assertThat(slice.isLive()).isTrue();
    }

    @Test
    void theAddressIsTheRegionsBasePlusTheOffset() {
        view.acquire(4096, 1);
        BufferSlice slice = view.acquire(100, 1);

        assertThat(slice.offset()).isEqualTo(4096);
        assertThat(slice.address()).isEqualTo(AddressSpace.HIGH_START + 4096);
    }

    @Test
    void bytesInUseCountsWholeGranulesAndNothingElse() {
        view.acquire(1, 1); // 64 bytes
        view.acquire(65, 4096); // 128 bytes; the gap before it stays free

        assertThat(view.bytesInUse()).isEqualTo(192);
        assertThat(view.capacity()).isEqualTo(Pools.MIB);
    }

    @Test
    void theGapBeforeAnAlignedSliceCanBeTaken() {
        view.acquire(1, 1);
        BufferSlice aligned = view.acquire(64, 4096);
        BufferSlice inTheGap = view.acquire(4032, 1);

        assertThat(aligned.offset()).isEqualTo(4096);
        assertThat(inTheGap.offset()).isEqualTo(64);
    }

    @Test
    void everyAlignmentUpToOneGiBIsKept() {
        PoolView large = new PoolView(Pools.growing(0, Pools.MIB, 64 * Pools.MIB), arena);

        for (long alignment = 1; alignment <= 1L << 30; alignment *= 2) {
            assertThat(large.acquire(64, alignment).address() % alignment).isZero();
        }
        assertThat(large.capacity()).isLessThanOrEqualTo(64 * Pools.MIB);
    }

    @Test
    void badSizesAndAlignmentsAreRefused() {
        for (long bytes : new long[] {0, -1, Long.MIN_VALUE}) {
            Expect.errno(Errno.EINVAL, () -> view.acquire(bytes, 1));
            Expect.errno(Errno.EINVAL, () -> view.tryAcquire(bytes, 1, BEST));
        }
        for (long alignment : new long[] {0, -1, 3, 96, 1L << 31, Long.MIN_VALUE, Long.MAX_VALUE}) {
            Expect.errno(Errno.EINVAL, () -> view.acquire(1, alignment));
        }
    }

    @Test
    void sizesBeyondTheLimitAreNoMemory() {
        for (long bytes : new long[] {4 * Pools.MIB + 1, 1L << 36, 1L << 62, Long.MAX_VALUE}) {
            Expect.errno(Errno.ENOMEM, () -> view.acquire(bytes, 1));
            Expect.errno(Errno.ENOMEM, () -> view.acquire(bytes, 1 << 30, AllocationStrategy.GREEDY));
            assertThat(view.tryAcquire(bytes, 1, BEST)).isEmpty();
        }
    }

    @Test
    void theLastByteOfThePoolCanBeTaken() {
        for (int region = 0; region < 4; region++) {
            view.acquire(Pools.MIB, 1);
        }

        assertThat(view.bytesInUse()).isEqualTo(4 * Pools.MIB).isEqualTo(view.capacity());
        Expect.errno(Errno.ENOMEM, () -> view.acquire(1, 1));
    }

    @Test
    void theBestRangeIsTheSmallestThatFits() {
        BufferSlice large = view.acquire(4096, 1);
        view.acquire(64, 1);
        BufferSlice small = view.acquire(512, 1);
        view.acquire(64, 1);
        large.close();
        small.close();

        assertThat(view.acquire(500, 1).offset()).isEqualTo(small.offset());
        assertThat(view.acquire(500, 1).offset()).isEqualTo(large.offset());
    }

    @Test
    void aFixedSliceIsExactlyThere() {
        BufferSlice slice = view.acquire(100, 64, new AllocationStrategy.Fixed(8192));

        assertThat(slice.offset()).isEqualTo(8192);
        assertThat(view.acquire(8192, 1).offset()).isZero(); // below it is free
    }

    @Test
    void aFixedSliceOnTakenBytesIsRefused() {
        view.acquire(128, 64, new AllocationStrategy.Fixed(8192));

        for (long offset : new long[] {8192 - 64, 8192, 8192 + 64}) {
            var fixed = new AllocationStrategy.Fixed(offset);
            Expect.errno(Errno.EADDRINUSE, () -> view.acquire(128, 1, fixed));
            assertThat(view.tryAcquire(128, 1, fixed)).isEmpty();
        }
    }

    @Test
    void aFixedSliceOutsideOrMisalignedIsRefused() {
        for (long offset : new long[] {-64, 1, 65, Pools.MIB - 64, Pools.MIB, Long.MAX_VALUE - 63, Long.MIN_VALUE}) {
            Expect.errno(Errno.EINVAL, () -> view.acquire(128, 1, new AllocationStrategy.Fixed(offset)));
        }
        Expect.errno(Errno.EINVAL, () -> view.acquire(64, 4096, new AllocationStrategy.Fixed(64)));
        Expect.errno(Errno.EINVAL, () -> view.acquire(Long.MAX_VALUE, 1, new AllocationStrategy.Fixed(0)));
    }

    @Test
    void closedBytesAreFreeAndMergeWithTheirNeighbours() {
        BufferSlice low = view.acquire(Pools.MIB / 4, 1);
        BufferSlice middle = view.acquire(Pools.MIB / 4, 1);
        BufferSlice high = view.acquire(Pools.MIB / 2, 1);
        low.close();
        high.close();
        middle.close();

        assertThat(view.bytesInUse()).isZero();
        assertThat(view.acquire(Pools.MIB, 1).offset()).isZero();
        assertThat(view.capacity()).isEqualTo(Pools.MIB);
    }

    @Test
    void aClosedSliceIsNotUsable() {
        BufferSlice slice = view.acquire(64, 1);
        slice.close();

        assertThat(slice.isLive()).isFalse();
        Expect.errno(Errno.EFAULT, slice::segment);
        Expect.errno(Errno.EFAULT, () -> slice.guard("late"));
        Expect.errno(Errno.EALREADY, slice::close);
    }

    @Test
    void aSecondCloseDoesNotFreeTheNextOwnersBytes() {
        BufferSlice first = view.acquire(64, 1);
        first.close();
        BufferSlice second = view.acquire(64, 1);

        Expect.errno(Errno.EALREADY, first::close);
        assertThat(second.offset()).isEqualTo(first.offset());
        assertThat(second.isLive()).isTrue();
        assertThat(view.bytesInUse()).isEqualTo(64);
    }

    @Test
    void aPartSeesTheSameBytesAndItsCloseDoesNothing() {
        BufferSlice slice = view.acquire(256, 1);
        BufferSlice part = slice.slice(64, 128).slice(32, 16);
        slice.segment().set(ValueLayout.JAVA_BYTE, 96, (byte) 9);

        part.close();
        part.close();

        assertThat(part.address()).isEqualTo(slice.address() + 96);
        assertThat(part.offset()).isEqualTo(slice.offset() + 96);
        assertThat(part.length()).isEqualTo(16);
        assertThat(part.segment().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 9);
    }

    @Test
    void aPartDiesWithItsSlice() {
        BufferSlice slice = view.acquire(256, 1);
        BufferSlice part = slice.slice(0, 1).restrict(Access.READ);
        slice.close();

        assertThat(part.isLive()).isFalse();
        Expect.errno(Errno.EFAULT, part::segment);
    }

    @Test
    void aPartLiesInItsSlice() {
        BufferSlice slice = view.acquire(100, 1); // 128 bytes are taken; 28 of them are nobody's

        assertThat(slice.slice(100, 0).length()).isZero();
        long[][] bad = {{0, 101}, {101, 0}, {-1, 1}, {0, -1}, {1, Long.MAX_VALUE}, {Long.MAX_VALUE, 1}, {99, 2}};
        for (long[] range : bad) {
            Expect.errno(Errno.EFAULT, () -> slice.slice(range[0], range[1]));
        }
    }

    @Test
    void accessShrinksAndNeverGrows() {
        BufferSlice slice = view.acquire(64, 1);
        BufferSlice readable = slice.restrict(Access.READ);
        BufferSlice writable = slice.restrict(Access.WRITE);

        assertThat(readable.segment().isReadOnly()).isTrue();
        assertThat(writable.segment().isReadOnly()).isFalse();
        assertThat(readable.slice(0, 1).segment().isReadOnly()).isTrue();
        Expect.errno(Errno.EACCES, () -> readable.restrict(Access.WRITE));
        Expect.errno(Errno.EACCES, () -> readable.slice(0, 1).restrict(Access.READ_WRITE));
        Expect.errno(Errno.EACCES, () -> writable.restrict(Access.READ));
    }

    @Test
    void closingTheViewEndsItsSlicesAndKeepsTheBytes() {
        BufferSlice slice = view.acquire(64, 1);
        MemorySegment kept = slice.segment();
        arena.close();

        slice.close(); // not its to give back any more

        assertThat(slice.isLive()).isFalse();
        assertThat(view.bytesInUse()).isEqualTo(64);
        Expect.errno(Errno.EFAULT, slice::segment);
        assertThatIllegalStateException().isThrownBy(() -> kept.get(ValueLayout.JAVA_BYTE, 0));
        assertThatIllegalStateException().isThrownBy(() -> view.acquire(1, 1));
        assertThatIllegalStateException().isThrownBy(() -> view.reattach(0));
    }

    @Test
    void aSuccessorFindsTheSliceAndItsBytes() {
        view.acquire(64, 1);
        BufferSlice left = view.acquire(100, 1);
        left.segment().set(ValueLayout.JAVA_BYTE, 99, (byte) 5);
        arena.close();
        PoolView successor = new PoolView(pool, new ViewArena("app 2"));

        BufferSlice found = successor.reattach(left.offset());

        assertThat(found.length()).isEqualTo(100);
        assertThat(found.segment().get(ValueLayout.JAVA_BYTE, 99)).isEqualTo((byte) 5);
        found.close();
        assertThat(pool.statistics().liveSlices()).isEqualTo(1);
        Expect.errno(Errno.EINVAL, () -> successor.reattach(left.offset()));
    }

    @Test
    void reattachNeedsTheStartOfALiveSlice() {
        BufferSlice slice = view.acquire(128, 1);
        var _ = slice.guard("device");
        slice.close(); // closed and guarded: nobody's

        for (long offset : new long[] {0, 64, 1, -64, 4096, Pools.MIB, Long.MAX_VALUE, Long.MIN_VALUE}) {
            Expect.errno(Errno.EINVAL, () -> view.reattach(offset));
        }
    }

    @Test
    void poolsShareNoAddressAndNoSlice() {
        AddressSpace addresses = new AddressSpace();
        PoolParameters sizes = new PoolParameters(Pools.PAGE, Pools.PAGE, Pools.PAGE, false);
        PoolView one = new PoolView(new SharedBufferPool("one", sizes, RegionSource.heapless(addresses)), arena);
        PoolView two = new PoolView(new SharedBufferPool("two", sizes, RegionSource.heapless(addresses)), arena);
        BufferSlice slice = one.acquire(64, 1);
        BufferSlice same = two.acquire(64, 1);

        slice.close();

        assertThat(same.offset()).isEqualTo(slice.offset());
        assertThat(same.address()).isNotEqualTo(slice.address());
        assertThat(same.isLive()).isTrue();
        assertThat(two.bytesInUse()).isEqualTo(64);
        Expect.errno(Errno.EINVAL, () -> one.reattach(same.offset()));
    }
}
