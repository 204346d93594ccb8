package ferrite.container.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/// An image file of random bytes that are also kept here, to compare with.
public final class DiskImage {
    /// Size, bytes.
    public static final int BYTES = 8 << 20;

    private static final long SEED = 0x5EED_D15CL;

    private final Path file;
    private final byte[] bytes = new byte[BYTES];

    private DiskImage(Path file) {
        this.file = file;
    }

    /// Makes one in a folder.
    public static DiskImage in(Path folder) {
        DiskImage image = new DiskImage(folder.resolve("disk.img"));
        new Random(SEED).nextBytes(image.bytes);
        try {
            Files.write(image.file, image.bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return image;
    }

    /// The file.
    public Path file() {
        return file;
    }

    /// Whether what was read is what is there.
    public boolean isRight(MemorySegment read, long offset) {
        return MemorySegment.mismatch(
                        read, 0, read.byteSize(), MemorySegment.ofArray(bytes), offset, offset + read.byteSize())
                < 0;
    }

    /// All of it, as it was made.
    public byte[] bytes() {
        return bytes.clone();
    }
}
