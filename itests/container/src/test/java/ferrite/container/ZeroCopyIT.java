package ferrite.container;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.container.machine.ImageProbe;
import ferrite.container.machine.ImageProbe.Moved;
import ferrite.container.machine.Reactor;
import ferrite.runtime.Application;
import ferrite.runtime.Kernel;
import ferrite.runtime.KernelParameters;
import ferrite.runtime.LaunchSpec;
import ferrite.runtime.boot.EmbeddedMachine;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.plugin.Layer;
import ferrite.spi.scheme.OpenFlags;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Through application, kernel, `usbscsid`, `xhcid`, bridge, controller and stick no byte is copied: what the image is asked to
/// fill are the application's own bytes, each once.
///
/// The image is served by [ImageProbe]. That `filed`, which serves it elsewhere, hands the same bytes to the host, and that
/// nobody between copies them on, is read from the class files by `ZeroCopyTest` of `itests/architecture`.
@Timeout(120)
class ZeroCopyIT {
    private static final String DISK = "disk.pci-00.04.00_xhci-port1_scsi:0";
    private static final long SEED = 0x5EED_2E20L;

    private final byte[] image = new byte[ImageProbe.BYTES];
    private @Nullable ImageProbe probe;
    private @Nullable EmbeddedMachine machine;
    private @Nullable Application app;
    private long disk;

    @BeforeEach
    void start() throws IOException {
        new Random(SEED).nextBytes(image);
        Path folder = Reactor.scratch("ZeroCopyIT");
        Path unused = Files.write(folder.resolve("unused.img"), new byte[512]);
        Path file = folder.resolve("machine.toml");
        String usual = Files.readString(Reactor.source("assembly/machines/usb-stick.toml"));
        Files.writeString(file, usual.replace("image = \"file:disk\"", "image = \"probe:disk\""));
        Kernel kernel = Kernel.boot(KernelParameters.DEFAULT);
        kernel.launch(
                new LaunchSpec("probe", "probe", Layer.HOST, Optional.empty()),
                (context, _, _) -> probe = new ImageProbe(context, image));
        machine = EmbeddedMachine.start(
                kernel, file, unused, Reactor.source("assembly/conf"), Reactor.plugins(), folder.resolve("plugins"));
        assertThat(machine.awaitSettled(Duration.ofSeconds(30))).isTrue();
        app = kernel.openApplication("zero-copy");
        disk = app.kernel().open(app.pool(), DISK, OpenFlags.RDWR);
        moved(); // what bringing up the disk has moved
    }

    @AfterEach
    void stop() {
        if (app != null) {
            app.close();
        }
        if (machine != null) {
            machine.close();
        }
    }

    private Application app() {
        return Objects.requireNonNull(app);
    }

    private List<Moved> moved() {
        return Objects.requireNonNull(probe).takeMoved();
    }

    /// One block, a page, a TRB's most, more than that, a command's most, several commands; at an even place and at one
    /// from which a TRB ends early.
    @ParameterizedTest
    @CsvSource({"512,0", "4096,0", "4096,512", "65536,0", "65536,512", "66048,0", "1048576,512", "3145728,0"})
    void aReadLandsInTheApplicationsSliceAndNowhereElse(int bytes, int from) {
        try (BufferSlice whole = app().pool().acquire(bytes + from, 65_536)) {
            BufferSlice slice = whole.slice(from, bytes);

            assertThat(app().kernel().pread(disk, slice, 4_096)).isEqualTo(bytes);

            assertThat(slice.segment().mismatch(imageAt(4_096, bytes))).isEqualTo(-1);
            assertOnceEach(moved(), true, slice);
        }
    }

    @ParameterizedTest
    @CsvSource({"512,0", "4096,512", "65536,512", "1048576,0", "3145728,512"})
    void aWriteIsTakenFromTheApplicationsSliceAndNowhereElse(int bytes, int from) {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        try (BufferSlice whole = app().pool().acquire(bytes + from, 65_536)) {
            BufferSlice slice = whole.slice(from, bytes);
            slice.segment().copyFrom(MemorySegment.ofArray(content));

            assertThat(app().kernel().pwrite(disk, slice, 8_192)).isEqualTo(bytes);

            assertThat(Arrays.equals(image, 8_192, 8_192 + bytes, content, 0, bytes))
                    .isTrue();
            assertOnceEach(moved(), false, slice);
        }
    }

    private MemorySegment imageAt(int offset, int bytes) {
        return MemorySegment.ofArray(image).asSlice(offset, bytes);
    }

    /// The pieces lie one behind the other, from the first byte of the slice to its last.
    private static void assertOnceEach(List<Moved> pieces, boolean toMemory, BufferSlice slice) {
        assertThat(pieces)
                .as("pieces that the image moved")
                .isNotEmpty()
                .allMatch(piece -> piece.toMemory() == toMemory);
        long next = slice.address();
        for (Moved piece :
                pieces.stream().sorted(Comparator.comparingLong(Moved::address)).toList()) {
            assertThat(piece.address()).as("%s of %s", piece, slice).isEqualTo(next);
            next += piece.bytes();
        }
        assertThat(next).isEqualTo(slice.address() + slice.length());
    }
}
