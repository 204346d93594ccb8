package ferrite.device.usbstick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.testkit.TestSettings;
import ferrite.testkit.fake.FakeContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Images and settings a stick does not start with; each message names the place, the state and what to do.
final class ImageFileTest {
    @TempDir
    private Path folder;

    private final List<FakeFiles> served = new ArrayList<>();

    /// The same for all sticks of a test.
    private FakeFiles files() {
        if (served.isEmpty()) {
            served.add(new FakeFiles(folder));
        }
        return served.getFirst();
    }

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
        start("disk.img");

        refused(() -> start("disk.img"), Errno.EBUSY, "file:disk.img is in use by another device or program");
    }

    @Test
    void anImageWithoutItsSchemeIsNotGuessed() {
        refused(() -> start(TestSettings.of("image", "/srv/disk.img")), Errno.EINVAL, "write \"file:NAME\"");
    }

    @Test
    void aSchemeThatIsNotServedIsNamed() {
        TestSettings settings = TestSettings.of("image", "file:disk.img");
        UsbStick stick = new UsbStick(new FakeContext("stick0"), settings);

        refused(stick::start, Errno.ENODEV, "file:disk.img has no server", "filed");
    }

    @Test
    void aMissingSettingIsNamed() {
        refused(() -> start(TestSettings.of()), Errno.EINVAL, "test.toml:image");
    }

    @ParameterizedTest
    @CsvSource({
        "speed, full, write \"super\" or \"high\"",
        "vendor, too long for inquiry, 1..8 printable",
        "model, 'seventeen letters', 1..16 printable",
        "serial, '', 1..32 printable",
    })
    void badTextsAreNamedWithTheirPlace(String key, String value, String message) {
        refused(() -> start(TestSettings.of("image", "file:x", key, value)), Errno.EINVAL, "test.toml:" + key, message);
    }

    @Test
    void badBlockSizesAreNamedWithTheirPlace() {
        refused(
                () -> start(TestSettings.of("image", "file:x", "block_size", 1024)),
                Errno.EINVAL,
                "test.toml:block_size",
                "write 512 or 4096");
    }

    private UsbStick start(String name) {
        return start(TestSettings.of("image", "file:" + name));
    }

    private UsbStick start(TestSettings settings) {
        FakeContext context = new FakeContext("stick0", files());
        UsbStick stick = new UsbStick(context, settings);
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
