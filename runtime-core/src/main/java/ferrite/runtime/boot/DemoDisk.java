package ferrite.runtime.boot;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A disk image whose every byte is known: a number that depends on its place, and on whether the demo has rewritten it.
final class DemoDisk {
    /// Size of the image, bytes.
    static final long BYTES = 64L << 20;
    /// The part that the demo rewrites through the whole stack.
    static final long REWRITTEN_FROM = 16L << 20;

    static final long REWRITTEN_BYTES = 4L << 20;

    private static final int CHUNK_BYTES = 1 << 20;
    private static final long SEED = 0x00C0_FFEE_0DDB_A11AL;
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path image;

    DemoDisk(Path image) {
        this.image = image;
    }

    Path image() {
        return image;
    }

    /// Writes the image as it is before the demo.
    void create() throws IOException {
        try (FileChannel channel = FileChannel.open(
                image, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
            for (long offset = 0; offset < BYTES; offset += CHUNK_BYTES) {
                fill(MemorySegment.ofBuffer(chunk.clear()), offset, false);
                while (chunk.hasRemaining()) {
                    channel.write(chunk);
                }
            }
        }
    }

    /// Makes the bytes of a place.
    ///
    /// @param into a multiple of 8 bytes
    /// @param offset on the disk, a multiple of 8
    /// @param rewritten as they are after the demo has rewritten its part
    static void fill(MemorySegment into, long offset, boolean rewritten) {
        for (long at = 0; at < into.byteSize(); at += Long.BYTES) {
            into.set(WORD, at, word(offset + at, rewritten));
        }
    }

    /// Whether these bytes are those of the place, after the demo has rewritten its part.
    static boolean isRight(MemorySegment bytes, long length, long offset) {
        for (long at = 0; at < length; at += Long.BYTES) {
            if (bytes.get(WORD, at) != word(offset + at, true)) {
                return false;
            }
        }
        return true;
    }

    /// What the image must be after the demo.
    static String expectedDigest() throws IOException {
        MessageDigest digest = sha256();
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        for (long offset = 0; offset < BYTES; offset += CHUNK_BYTES) {
            fill(MemorySegment.ofBuffer(chunk.clear()), offset, true);
            digest.update(chunk);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /// What the image file is.
    String digest() throws IOException {
        MessageDigest digest = sha256();
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ)) {
            while (channel.read(chunk.clear()) > 0) {
                digest.update(chunk.flip());
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /// SplitMix64 of the place.
    private static long word(long offset, boolean rewritten) {
        boolean changed = rewritten && offset >= REWRITTEN_FROM && offset < REWRITTEN_FROM + REWRITTEN_BYTES;
        long z = offset * 0x9E37_79B9_7F4A_7C15L + (changed ? ~SEED : SEED);
        z = (z ^ z >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
        return z ^ z >>> 31;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
