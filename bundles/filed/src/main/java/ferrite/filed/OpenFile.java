package ferrite.filed;

import ferrite.filed.host.HostFile;
import ferrite.filed.host.OpenMode;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a client holds.
final class OpenFile {
    private final HostFile file;
    private final OpenMode mode;
    private final boolean export;
    private final int ring;
    private byte @Nullable [] listing;

    /// @param file one holder of it is this
    /// @param export whether it is one, by its path
    /// @param ring by which it was opened; another ring may not use it
    OpenFile(HostFile file, OpenMode mode, boolean export, int ring) {
        this.file = file;
        this.mode = mode;
        this.export = export;
        this.ring = ring;
    }

    /// The same file for one more descriptor.
    OpenFile duplicate() {
        return new OpenFile(file.retain(), mode, export, ring);
    }

    HostFile file() {
        return file;
    }

    OpenMode mode() {
        return mode;
    }

    boolean isExport() {
        return export;
    }

    int ring() {
        return ring;
    }

    /// What the reads of this directory go on in; taken anew by a read of its start.
    Optional<byte[]> listing() {
        return Optional.ofNullable(listing);
    }

    /// @return the names in order, one a line
    byte[] list(Collection<String> names) {
        StringBuilder lines = new StringBuilder();
        new TreeSet<>(names).forEach(name -> lines.append(name).append('\n'));
        byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
        listing = bytes;
        return bytes;
    }
}
