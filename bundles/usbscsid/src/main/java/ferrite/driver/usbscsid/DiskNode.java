package ferrite.driver.usbscsid;

import ferrite.spi.scheme.Stat;
import java.util.Arrays;
import java.util.Optional;

/// A file of `disk.…:`.
enum DiskNode {
    ROOT(0, "", Stat.MODE_DIRECTORY),
    /// The whole disk.
    WHOLE(1, "0", Stat.MODE_BLOCK),
    INFO(2, "info", Stat.MODE_FILE);

    private final int code;
    private final String path;
    private final int mode;

    DiskNode(int code, String path, int mode) {
        this.code = code;
        this.path = path;
        this.mode = mode;
    }

    static Optional<DiskNode> parse(String path) {
        for (DiskNode node : values()) {
            if (node.path.equals(path)) {
                return Optional.of(node);
            }
        }
        return Optional.empty();
    }

    /// The number in a saved state.
    int code() {
        return code;
    }

    static Optional<DiskNode> of(int code) {
        return Arrays.stream(values()).filter(node -> node.code == code).findFirst();
    }

    String path() {
        return path;
    }

    int mode() {
        return mode;
    }
}
