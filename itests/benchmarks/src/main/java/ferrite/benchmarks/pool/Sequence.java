package ferrite.benchmarks.pool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/// The same wishes for every allocator: sizes log-uniform from 64 bytes to 64 KiB, alignments 2⁰ to 2¹², and victims.
///
/// A wish is one word: bits 0..19 bytes, 20..27 log2 of the alignment, 32..63 a random number for the victim.
public final class Sequence {
    static final int WISHES = 1 << 20;

    private static final long SEED = 0x5EED;
    private static final int BYTES_MIN = 64;
    private static final int SIZE_DOUBLINGS = 10;
    private static final int ALIGNMENTS = 13;
    private static final int BYTES_MASK = 0xFFFFF;

    private Sequence() {}

    /// All wishes, always the same.
    static long[] wishes() {
        SplittableRandom random = new SplittableRandom(SEED);
        long[] wishes = new long[WISHES];
        for (int i = 0; i < WISHES; i++) {
            long bytes = Math.round(BYTES_MIN * Math.pow(2, random.nextDouble() * SIZE_DOUBLINGS));
            long alignmentShift = random.nextInt(ALIGNMENTS);
            wishes[i] = (long) random.nextInt() << 32 | alignmentShift << 20 | bytes;
        }
        return wishes;
    }

    static int bytes(long wish) {
        return (int) wish & BYTES_MASK;
    }

    static int alignmentShift(long wish) {
        return (int) wish >>> 20 & 0xFF;
    }

    /// Which of `live` slices goes.
    static int victim(long wish, int live) {
        return (int) ((wish >>> 32) * live >>> 32);
    }

    /// Bytes that so many live slices ask for on the average.
    static long expectedBytes(int live) {
        return (long) (live * BYTES_MIN * ((1 << SIZE_DOUBLINGS) - 1) / (SIZE_DOUBLINGS * Math.log(2)));
    }

    /// Writes all wishes for a program in another language, little-endian.
    static void write(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(WISHES * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(wishes());
        Files.write(file, bytes.array());
    }
}
