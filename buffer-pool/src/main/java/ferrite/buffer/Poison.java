package ferrite.buffer;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// Debug mode: free bytes have a known value, so that a write after release shows.
final class Poison {
    static final byte BYTE = (byte) 0xDB;
    private static final long WORD = 0xDBDB_DBDB_DBDB_DBDBL;

    private Poison() {}

    /// @throws IOException if they are a file's and that was made shorter
    static void fill(MemorySegment free) throws IOException {
        MappedBytes.fill(free, BYTE);
    }

    /// @param free a whole number of granules
    /// @return place of the first changed word, bytes, or −1
    /// @throws IOException if they are a file's and that was made shorter
    static long firstChange(MemorySegment free) throws IOException {
        return MappedBytes.firstOther(free, WORD);
    }
}
