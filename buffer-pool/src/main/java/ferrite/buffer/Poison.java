package ferrite.buffer;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Debug mode: free bytes have a known value, so that a write after release shows.
final class Poison {
    static final byte BYTE = (byte) 0xDB;
    private static final long WORD = 0xDBDB_DBDB_DBDB_DBDBL;

    private Poison() {}

    static void fill(MemorySegment free) {
        free.fill(BYTE);
    }

    /// @param free a whole number of granules
    /// @return place of the first changed word, bytes, or −1
    static long firstChange(MemorySegment free) {
        for (long at = 0; at < free.byteSize(); at += Long.BYTES) {
            if (free.get(ValueLayout.JAVA_LONG, at) != WORD) {
                return at;
            }
        }
        return -1;
    }
}
