package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.error.Errno;
import org.junit.jupiter.api.Test;

final class AddressSpaceTest {
    private static final long TWO_MIB = 2 * Pools.MIB;

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
    void badSizesAreRefused() {
        Expect.errno(Errno.EINVAL, () -> addresses.reserve(0));
        Expect.errno(Errno.EINVAL, () -> addresses.reserveBelow4GiB(-1));
        Expect.errno(Errno.ENOMEM, () -> addresses.reserve(Long.MAX_VALUE));
        Expect.errno(Errno.ENOMEM, () -> addresses.reserveBelow4GiB(Long.MAX_VALUE));
    }
}
