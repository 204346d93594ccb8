package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ferrite.spi.error.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class SystemPagesTest {
    private static final long LARGE = 64 * Pools.MIB;

    private final AddressSpace addresses = new AddressSpace();

    @Test
    void largeMemoryIsZeroAndUsableToTheLastByte() {
        Region region = RegionSource.heapless(addresses).create(LARGE);

        assertThat(region.memory().get(ValueLayout.JAVA_BYTE, 0)).isZero();
        region.memory().set(ValueLayout.JAVA_BYTE, LARGE - 1, (byte) 1);
        assertThat(region.memory().get(ValueLayout.JAVA_BYTE, LARGE - 1)).isEqualTo((byte) 1);
        region.close();
    }

    @Test
    void aKeptSegmentThrowsAfterTheMemoryIsGone() {
        Region region = RegionSource.heapless(addresses).create(LARGE);
        MemorySegment kept = region.memory();
        region.close();

        assertThatIllegalStateException().isThrownBy(() -> kept.get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void memoryThatTheSystemDoesNotHaveIsNoMemory() {
        assumeTrue(SystemPages.areSupported(), "Linux only");

        Expect.errno(Errno.ENOMEM, () -> RegionSource.heapless(addresses).create(1L << 46));
    }

    @Test
    void hugePagesAreUsedIfThereAreSomeAndTheRegionSaysWhich() throws Exception {
        Region region = RegionSource.hugePages(addresses).create(4 * Pools.MIB);
        region.memory().fill((byte) 3);

        assertThat(region.memory().get(ValueLayout.JAVA_BYTE, 4 * Pools.MIB - 1))
                .isEqualTo((byte) 3);
        assertThat(region.pages()).isEqualTo(expected());
        region.close();
    }

    private static PageKind expected() throws Exception {
        Path reserved = Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages");
        if (Files.exists(reserved)
                && Integer.parseInt(Files.readString(reserved).trim()) >= 2) {
            return PageKind.HUGE;
        }
        Path transparent = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
        boolean merges =
                Files.exists(transparent) && !Files.readString(transparent).contains("[never]");
        return merges ? PageKind.TRANSPARENT_HUGE : PageKind.SMALL;
    }

    @Test
    void aRegionOfOddSizeFallsBack() {
        Region region = RegionSource.hugePages(addresses).create(3 * Pools.PAGE);
        region.memory().fill((byte) 3);

        assertThat(region.length()).isEqualTo(3 * Pools.PAGE);
        assertThat(region.pages()).isNotEqualTo(PageKind.HUGE);
        region.close();
    }
}
