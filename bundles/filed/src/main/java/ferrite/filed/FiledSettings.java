package ferrite.filed;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.Settings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What the configuration says, checked.
///
/// | key           | meaning                                                        | default     |
/// |---------------|----------------------------------------------------------------|-------------|
/// | `root`        | folder of the host whose names are served                      | none        |
/// | `read_only`   | nothing below the root is changed                              | false       |
/// | `export.NAME` | one file of the host, anywhere, served as `file:NAME`          | none        |
/// | `io`          | `auto`, `uring` (fail without one) or `channel` (never use it) | `auto`      |
///
/// @param root empty for none
/// @param readOnly of the root; exports are not meant
/// @param exports by name
/// @param io how bytes are moved
record FiledSettings(Optional<Path> root, boolean readOnly, Map<String, Path> exports, Io io) {
    private static final Set<String> KEYS = Set.of("plugin", "instance", "root", "read_only", "export", "io");
    private static final String EXPORT = "export";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._+-]{1,64}");

    /// How bytes are moved.
    enum Io {
        AUTO,
        URING,
        CHANNEL
    }

    FiledSettings {
        exports = Map.copyOf(exports);
    }

    /// Reads the table.
    ///
    /// @throws SchemeException EINVAL, naming the place, for an unknown key or a bad value
    static FiledSettings of(Settings settings) {
        for (String key : settings.keys()) {
            if (!KEYS.contains(key)) {
                throw invalid(settings, key, "unknown; there are root, read_only, export and io");
            }
        }
        return new FiledSettings(
                settings.text("root").map(text -> path(settings, "root", text)),
                settings.flag("read_only").orElse(false),
                settings.table(EXPORT).map(FiledSettings::exports).orElse(Map.of()),
                io(settings));
    }

    private static Map<String, Path> exports(Settings table) {
        Map<String, Path> exports = new TreeMap<>();
        for (String name : table.keys()) {
            boolean dots = name.equals(".") || name.equals("..");
            if (dots || !NAME.matcher(name).matches()) {
                throw invalid(table, name, "no name of an export; write 1..64 letters, digits, . _ + -");
            }
            exports.put(name, path(table, name, table.requiredText(name)));
        }
        return exports;
    }

    private static Path path(Settings settings, String key, String text) {
        try {
            return Path.of(text).toAbsolutePath().normalize();
        } catch (InvalidPathException notAPath) {
            throw invalid(settings, key, "\"" + text + "\", which is not a path of this host");
        }
    }

    private static Io io(Settings settings) {
        String text = settings.text("io").orElse("auto");
        for (Io io : Io.values()) {
            if (io.name().toLowerCase(Locale.ROOT).equals(text)) {
                return io;
            }
        }
        throw invalid(settings, "io", "\"" + text + "\"; write \"auto\", \"uring\" or \"channel\"");
    }

    private static SchemeException invalid(Settings settings, String key, String problem) {
        return new SchemeException(Errno.EINVAL, settings.where(key) + ": " + key + " is " + problem);
    }
}
