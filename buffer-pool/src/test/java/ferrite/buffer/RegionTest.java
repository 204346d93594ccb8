package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ferrite.spi.error.Errno;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RegionTest {
    private final AddressSpace addresses = new AddressSpace();

    @Test
    void aHeaplessRegionIsPageAlignedOffHeapMemory() {
        Region region = RegionSource.heapless(addresses).create(3 * Pools.PAGE);

        assertThat(region.base()).isEqualTo(AddressSpace.HIGH_START);
        assertThat(region.length()).isEqualTo(3 * Pools.PAGE);
        assertThat(region.memory().address() % Pools.PAGE).isZero();
        region.close();
    }

    @Test
    void aLowRegionGivesItsAddressesBack() {
        RegionSource source = RegionSource.below4GiB(addresses);
        Region first = source.create(Pools.PAGE);
        long base = first.base();
        first.close();

        Region second = source.create(Pools.PAGE);

        assertThat(base).isEqualTo(AddressSpace.LOW_START);
        assertThat(second.base()).isEqualTo(base);
        second.close();
    }

    @Test
    void mappedRegionsStandInTheFileOneBehindTheOther(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("pool");
        RegionSource source = RegionSource.mappedFile(addresses, file);
        Region first = source.create(Pools.PAGE);
        Region second = source.create(2 * Pools.PAGE);

        first.memory().set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
        second.memory().set(ValueLayout.JAVA_BYTE, 2 * Pools.PAGE - 1, (byte) 2);
        first.close();
        second.close();

        byte[] bytes = Files.readAllBytes(file);
        assertThat(bytes).hasSize(12_288).startsWith(1).endsWith(2);
    }

    @Test
    void aFileThatCannotBeMadeIsNoMemory(@TempDir Path folder) {
        RegionSource source = RegionSource.mappedFile(addresses, folder.resolve("missing/pool"));

        Expect.errno(Errno.ENOMEM, () -> source.create(Pools.PAGE));
    }

    @Test
    void closingARegionEndsEveryViewOfIt() {
        Region region = RegionSource.heapless(addresses).create(Pools.PAGE);
        ViewArena server = new ViewArena("server");
        MemorySegment kept = server.view(region);

        region.close();
        region.close();

        assertThatIllegalStateException().isThrownBy(() -> kept.get(ValueLayout.JAVA_BYTE, 0));
        Expect.errno(Errno.EFAULT, () -> server.view(region));
        server.close();
    }

    @Test
    void closingAViewLeavesTheMemoryAndTheOtherViews() {
        Region region = RegionSource.heapless(addresses).create(Pools.PAGE);
        ViewArena stopped = new ViewArena("stopped");
        ViewArena running = new ViewArena("running");
        MemorySegment lost = stopped.view(region);
        MemorySegment kept = running.view(region);
        lost.set(ValueLayout.JAVA_BYTE, 7, (byte) 42);

        stopped.close();
        stopped.close();

        assertThatIllegalStateException().isThrownBy(() -> lost.get(ValueLayout.JAVA_BYTE, 7));
        assertThatIllegalStateException().isThrownBy(() -> stopped.view(region));
        assertThat(kept.get(ValueLayout.JAVA_BYTE, 7)).isEqualTo((byte) 42);
        region.close();
    }

    @Test
    void aRegionIsViewedOncePerInstance() {
        Region region = RegionSource.heapless(addresses).create(Pools.PAGE);
        ViewArena view = new ViewArena("xhcid");

        assertThat(view.view(region)).isSameAs(view.view(region));
        view.close();
        region.close();
    }

    @Test
    void unfitMemoryIsRefused() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment page = arena.allocate(Pools.PAGE, Pools.PAGE);
            long base = AddressSpace.HIGH_START;

            assertThatIllegalArgumentException().isThrownBy(() -> new Region(base + 4096, page, () -> {}));
            assertThatIllegalArgumentException().isThrownBy(() -> new Region(0, page, () -> {}));
            assertThatIllegalArgumentException().isThrownBy(() -> new Region(base, page.asSlice(0, 64), () -> {}));
            assertThatIllegalArgumentException().isThrownBy(() -> new Region(base, page.asReadOnly(), () -> {}));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Region(base, MemorySegment.ofArray(new long[512]), () -> {}));
        }
    }
}
