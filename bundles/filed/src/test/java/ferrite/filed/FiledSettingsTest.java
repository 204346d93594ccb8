package ferrite.filed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.error.SchemeException;
import ferrite.testkit.TestSettings;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FiledSettingsTest {
    @Test
    void withoutSettingsNothingIsServed() {
        assertThat(FiledSettings.of(TestSettings.none()))
                .isEqualTo(new FiledSettings(Optional.empty(), false, Map.of(), FiledSettings.Io.AUTO));
    }

    @Test
    void rootAndExportsArePathsOfTheHost() {
        TestSettings settings = TestSettings.of(
                Map.of("root", "/srv/x/../files", "export", TestSettings.of(Map.of("disk", "/images/disk.img"))));
        FiledSettings read = FiledSettings.of(settings);
        assertThat(read.root()).contains(Path.of("/srv/files"));
        assertThat(read.exports()).containsEntry("disk", Path.of("/images/disk.img"));
    }

    @Test
    void whatIsNotUnderstoodIsRefusedWithItsPlace() {
        assertRefused(Map.of("rooot", "/srv"), "rooot is unknown; there are root, read_only, export and io");
        assertRefused(Map.of("io", "aio"), "io is \"aio\"; write \"auto\", \"uring\" or \"channel\"");
        assertRefused(
                Map.of("export", TestSettings.of(Map.of("a/b", "/x"))),
                "a/b is no name of an export; write 1..64 letters, digits, . _ + -");
        assertRefused(Map.of("export", TestSettings.of(Map.of("..", "/x"))), ".. is no name of an export");
        assertRefused(Map.of("root", "a\0b"), "which is not a path of this host");
    }

    private static void assertRefused(Map<String, Object> settings, String message) {
        assertThatThrownBy(() -> FiledSettings.of(TestSettings.of(settings)))
                .isInstanceOf(SchemeException.class)
                .hasMessageContaining("test.toml")
                .hasMessageContaining(message);
    }
}
