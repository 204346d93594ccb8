package ferrite.buffer;

import java.nio.file.Path;

/// Where memory stands in a file: what another process needs to map it.
///
/// @param file as it was named to [RegionSource#mappedFile]
/// @param offset of the first byte, bytes from the file's beginning
/// @param length bytes
public record FileRange(Path file, long offset, long length) {
    @Override
    public String toString() {
        return file + " at " + offset + "+" + length;
    }
}
