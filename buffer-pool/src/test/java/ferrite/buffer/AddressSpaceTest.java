package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.error.Errno;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class AddressSpaceTest {
    private static final long TWO_MIB = 2 * Pools.MIB;
    private static final long GIB = 1024 * Pools.MIB;

    private final AddressSpace addresses = new AddressSpace();

    @Test
    void theFirstRangeStartsAtFourGiB() {
        assertThat(addresses.reserve(1)).isEqualTo(0x1_0000_0000L);
    }

    @Test
    void rangesAreAlignedAndDoNotOverlap() {
        long first = addresses.reserve(TWO_MIB + 1);
        long second = addresses.reserve(1);

        assertThat(second).isEqualTo(first + 2 * TWO_MIB);
    }

    @Test
    void aHighAddressIsNeverGivenOutTwice() {
        long first = addresses.reserve(1);
        addresses.release(first);

        assertThat(addresses.reserve(1)).isNotEqualTo(first);
    }

    @Test
    void theHighRangeEndsAt47Bits() {
        addresses.reserve(AddressSpace.HIGH_END - AddressSpace.HIGH_START - TWO_MIB);

        assertThat(addresses.reserve(1)).isEqualTo(AddressSpace.HIGH_END - TWO_MIB);
        Expect.errno(Errno.ENOMEM, () -> addresses.reserve(1));
    }

    @Test
    void theLowRangeLiesBelowTwoGiBAndIsReused() {
        long first = addresses.reserveBelow4GiB(0x4000_0000L);
        long second = addresses.reserveBelow4GiB(0x3000_0000L);
        Expect.errno(Errno.ENOMEM, () -> addresses.reserveBelow4GiB(1));
        addresses.release(first);

        assertThat(first).isEqualTo(0x1000_0000L);
        assertThat(second).isEqualTo(0x5000_0000L);
        assertThat(addresses.reserveBelow4GiB(TWO_MIB)).isEqualTo(first);
    }

    @Test
    void anAlignedRangeLeavesWhatIsBeforeItToOthers() {
        long first = addresses.reserve(TWO_MIB);
        long aligned = addresses.reserve(1, GIB);
        long gap = addresses.reserve(GIB - TWO_MIB);
        long behind = addresses.reserve(1);

        assertThat(aligned).isEqualTo(first + GIB);
        assertThat(gap).isEqualTo(first + TWO_MIB);
        assertThat(behind).isEqualTo(aligned + TWO_MIB);
    }

    @Test
    void whatAlignedRangesLeaveIsStillThereAtTheEnd() {
        addresses.reserve(AddressSpace.HIGH_END - AddressSpace.HIGH_START - GIB - TWO_MIB);
        long aligned = addresses.reserve(GIB, GIB);
        Expect.errno(Errno.ENOMEM, () -> addresses.reserve(1, GIB));

        assertThat(aligned).isEqualTo(AddressSpace.HIGH_END - GIB);
        assertThat(addresses.reserve(1)).isEqualTo(aligned - TWO_MIB);
        Expect.errno(Errno.ENOMEM, () -> addresses.reserve(1));
    }

    @Test
    void rangesOfAnyAlignmentAreAlignedAndNeverOverlap() {
        long seed = Long.getLong("SEED", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        TreeMap<Long, Long> taken = new TreeMap<>();
        for (int i = 0; i < 20_000; i++) {
            long bytes = 1 + random.nextLong(64 * TWO_MIB);
            long alignment = TWO_MIB << random.nextInt(10);
            long base = addresses.reserve(bytes, alignment);
            var below = taken.floorEntry(base);
            var above = taken.ceilingEntry(base);

            assertThat(base % alignment).as("seed %d", seed).isZero();
            assertThat(below == null || below.getValue() <= base)
                    .as("seed %d", seed)
                    .isTrue();
            assertThat(above == null || above.getKey() >= base + bytes)
                    .as("seed %d", seed)
                    .isTrue();
            taken.put(base, base + bytes);
        }
    }

    @Test
    void oneMultipleOfAGiBLiesInTheLowRange() {
        long around = addresses.reserveBelow4GiB(0x3000_0000L);
        long aligned = addresses.reserveBelow4GiB(1, GIB);
        Expect.errno(Errno.ENOMEM, () -> addresses.reserveBelow4GiB(1, GIB));
        Expect.errno(Errno.ENOMEM, () -> addresses.reserveBelow4GiB(1, 2 * GIB));

        assertThat(around).isEqualTo(AddressSpace.LOW_START);
        assertThat(aligned).isEqualTo(GIB);
        assertThat(addresses.reserveBelow4GiB(1)).isEqualTo(GIB + TWO_MIB);
        addresses.release(aligned);
        assertThat(addresses.reserveBelow4GiB(1, GIB)).isEqualTo(aligned);
    }

    @Test
    void badAlignmentsAreRefused() {
        for (long alignment : new long[] {0, 1, TWO_MIB / 2, TWO_MIB + 1, 3 * TWO_MIB, Long.MIN_VALUE}) {
            Expect.errno(Errno.EINVAL, () -> addresses.reserve(1, alignment));
            Expect.errno(Errno.EINVAL, () -> addresses.reserveBelow4GiB(1, alignment));
        }
        Expect.errno(Errno.ENOMEM, () -> addresses.reserve(1, 1L << 62));
    }

    @Test
    void badSizesAreRefused() {
        Expect.errno(Errno.EINVAL, () -> addresses.reserve(0));
        Expect.errno(Errno.EINVAL, () -> addresses.reserveBelow4GiB(-1));
        Expect.errno(Errno.ENOMEM, () -> addresses.reserve(Long.MAX_VALUE));
        Expect.errno(Errno.ENOMEM, () -> addresses.reserveBelow4GiB(Long.MAX_VALUE));
    }
}
