package ferrite.device.usbstick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Images and settings a stick does not start with; each message names the place, the state and what to do.
final class ImageFileTest {
    @TempDir
    private Path folder;

    @Test
    void aMissingImageIsNamed() {
        refused(() -> start("none.img"), Errno.ENOENT, "none.img does not exist; create it");
    }

    @Test
    void aFolderIsNoImage() throws IOException {
        Files.createDirectory(folder.resolve("dir.img"));

        refused(() -> start("dir.img"), Errno.EISDIR, "dir.img is a directory; name a file");
    }

    @Test
    void anEmptyImageIsRefused() throws IOException {
        Files.createFile(folder.resolve("empty.img"));

        refused(() -> start("empty.img"), Errno.EINVAL, "empty.img is empty; give it a size");
    }

    @Test
    void anImageOfPartBlocksIsRefused() throws IOException {
        Files.write(folder.resolve("odd.img"), new byte[1000]);

        refused(() -> start("odd.img"), Errno.EINVAL, "has 1000 bytes", "block size 512", "truncate -s 1024");
    }

    @Test
    void anImageInUseByAnotherStickIsRefused() throws IOException {
        Files.write(folder.resolve("disk.img"), new byte[512]);
        UsbStick first = start("disk.img");

        refused(() -> start("disk.img"), Errno.EBUSY, "disk.img is in use by another device of this process");
        first.stop();
        start("disk.img").stop();
    }

    @Test
    void anImageIsLockedAgainstOtherProcesses() throws IOException, InterruptedException {
        Path image = Files.write(folder.resolve("disk.img"), new byte[512]);
        UsbStick stick = start("disk.img");

        Path probe = Files.writeString(folder.resolve("Probe.java"), """
                import java.nio.channels.FileChannel;
                import java.nio.file.*;
                class Probe {
                    public static void main(String[] image) throws Exception {
                        var channel = FileChannel.open(Path.of(image[0]), StandardOpenOption.WRITE);
                        System.exit(channel.tryLock() == null ? 42 : 0);
                    }
                }
                """);
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        probe.toString(),
                        image.toString())
                .redirectErrorStream(true)
                .start();
        other.getInputStream().readAllBytes();

        assertThat(other.waitFor()).isEqualTo(42);
        stick.stop();
    }

    @Test
    void aMissingSettingIsNamed() {
        refused(() -> start(FakeSettings.of()), Errno.EINVAL, "test.toml:image");
    }

    @ParameterizedTest
    @CsvSource({
        "speed, full, write \"super\" or \"high\"",
        "vendor, too long for inquiry, 1..8 printable",
        "model, 'seventeen letters', 1..16 printable",
        "serial, '', 1..32 printable",
    })
    void badTextsAreNamedWithTheirPlace(String key, String value, String message) {
        refused(() -> start(FakeSettings.of("image", "x", key, value)), Errno.EINVAL, "test.toml:" + key, message);
    }

    @Test
    void badBlockSizesAreNamedWithTheirPlace() {
        refused(
                () -> start(FakeSettings.of("image", "x", "block_size", 1024)),
                Errno.EINVAL,
                "test.toml:block_size",
                "write 512 or 4096");
    }

    private UsbStick start(String name) {
        return start(FakeSettings.of("image", folder.resolve(name).toString()));
    }

    private static UsbStick start(FakeSettings settings) {
        UsbStick stick = new UsbStick(new FakeContext("stick0"), settings);
        stick.start();
        return stick;
    }

    private static void refused(ThrowingCallable start, Errno errno, String... words) {
        assertThatThrownBy(start)
                .isInstanceOfSatisfying(
                        SchemeException.class,
                        refusal -> assertThat(refusal.errno()).isEqualTo(errno))
                .hasMessageContainingAll(words);
    }
}
