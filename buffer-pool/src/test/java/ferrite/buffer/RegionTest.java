package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ferrite.spi.error.Errno;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
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
    void aFilePoolThatGrowsAndShrinksStaysWithinItsLimit(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("pool");
        PoolView view = new PoolView(
                new SharedBufferPool(
                        "app",
                        new PoolParameters(0, Pools.MIB, Pools.MIB, false, 0),
                        RegionSource.mappedFile(addresses, file)),
                new ViewArena("app"));

        for (int round = 0; round < 100; round++) {
            view.acquire(4096, 1).close();
        }

        assertThat(Files.size(file)).isEqualTo(Pools.MIB);
    }

    @Test
    void aRegionInAFileSaysWhereAndPrivateMemoryDoesNot(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("pool");
        Files.write(file, new byte[100]);
        RegionSource source = RegionSource.mappedFile(addresses, file);
        Region first = source.create(Pools.PAGE);
        Region second = source.create(2 * Pools.PAGE);

        assertThat(first.file()).contains(new FileRange(file, 4096, 4096));
        assertThat(second.file()).contains(new FileRange(file, 8192, 8192));
        assertThat(RegionSource.heapless(addresses).create(Pools.PAGE).file()).isEmpty();
        first.close();
        second.close();
    }

    @Test
    void aRegionThatTakesAFormersPlaceIsZero(@TempDir Path folder) {
        RegionSource source = RegionSource.mappedFile(addresses, folder.resolve("pool"));
        Region first = source.create(Pools.PAGE);
        first.memory().fill((byte) 7);
        first.close();

        Region second = source.create(Pools.PAGE);

        assertThat(second.file()).isEqualTo(first.file());
        assertThat(second.memory().toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
        second.close();
    }

    @Test
    void aRegionOfAFileThatWasMadeShorterDoesNotFallOnAnother(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("pool");
        RegionSource source = RegionSource.mappedFile(addresses, file);
        Region first = source.create(Pools.PAGE);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }

        Region second = source.create(Pools.PAGE);
        second.memory().fill((byte) 9);

        assertThat(second.file().orElseThrow().offset()).isEqualTo(Pools.PAGE);
        assertThat(first.memory().get(ValueLayout.JAVA_BYTE, 0)).isZero();
        first.close();
        second.close();
    }

    @Test
    void aTemporaryFileReplacesWhatWasThereAndGoesWithTheLastRegion(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("pool");
        Files.write(file, new byte[100]);
        RegionSource source = RegionSource.temporaryFile(addresses, file);
        Region first = source.create(Pools.PAGE);
        Region second = source.create(Pools.PAGE);

        assertThat(first.file().orElseThrow().offset()).isZero();
        assertThat(Files.size(file)).isEqualTo(2 * Pools.PAGE);
        first.close();
        assertThat(file).exists();
        second.close();
        assertThat(file).doesNotExist();
        Region third = source.create(Pools.PAGE);
        assertThat(third.file()).isEqualTo(first.file());
        third.close();
    }

    @Test
    void onlyItsUserOpensATemporaryFile(@TempDir Path folder) throws IOException {
        assumeTrue(SystemPages.areSupported(), "Linux only");
        Path file = folder.resolve("pool");
        Region region = RegionSource.temporaryFile(addresses, file).create(Pools.PAGE);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        region.close();
    }

    @Test
    void aFileThatCannotBeMadeIsNoMemory(@TempDir Path folder) {
        RegionSource source = RegionSource.mappedFile(addresses, folder.resolve("missing/pool"));
        RegionSource temporary = RegionSource.temporaryFile(addresses, folder.resolve("missing/pool"));

        Expect.errno(Errno.ENOMEM, () -> source.create(Pools.PAGE));
        Expect.errno(Errno.ENOMEM, () -> temporary.create(Pools.PAGE));
    }

    @Test
    void theBaseIsAsAlignedAsWanted(@TempDir Path folder) {
        List<RegionSource> sources = List.of(
                RegionSource.heapless(addresses),
                RegionSource.hugePages(addresses),
                RegionSource.below4GiB(addresses),
                RegionSource.mappedFile(addresses, folder.resolve("pool")));

        for (RegionSource source : sources) {
            Region other = source.create(Pools.PAGE);
            Region region = source.create(Pools.PAGE, 1L << 30);
            assertThat(region.base() % (1L << 30)).isZero();
            assertThat(region.length()).isEqualTo(Pools.PAGE);
            region.close();
            other.close();
        }
    }

    @Test
    void aSourceThatAlignsNothingSaysSo() {
        RegionSource real = RegionSource.heapless(addresses);
        RegionSource plain = bytes -> real.create(bytes);

        Expect.errno(Errno.ENOMEM, () -> plain.create(Pools.PAGE, 4 * Pools.MIB));
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
