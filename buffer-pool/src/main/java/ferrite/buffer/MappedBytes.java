package ferrite.buffer;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Touches memory that may be a file's which another process has made shorter. The processor then reports a bus error,
/// which the JVM turns into an InternalError; here it is an IOException.
final class MappedBytes {
    private MappedBytes() {}

    static void fill(MemorySegment bytes, byte value) throws IOException {
        try {
            bytes.fill(value);
            awaitFault(bytes);
        } catch (InternalError fault) {
            throw cut(fault);
        }
    }

    /// @param bytes a whole number of words
    /// @return place of the first word that is another, bytes, or −1
    static long firstOther(MemorySegment bytes, long word) throws IOException {
        try {
            long found = searched(bytes, word);
            awaitFault(bytes);
            return found;
        } catch (InternalError fault) {
            throw cut(fault);
        }
    }

    private static long searched(MemorySegment bytes, long word) {
        for (long at = 0; at < bytes.byteSize(); at += Long.BYTES) {
            if (bytes.get(ValueLayout.JAVA_LONG, at) != word) {
                return at;
            }
        }
        return -1;
    }

    /// In compiled code the error comes at the next safepoint after the access. Coming back from a native method is
    /// one, so it comes here and not in the caller.
    @SuppressWarnings("ThreadPriorityCheck") // any native method would do; this one is the cheapest without effect
    private static void awaitFault(MemorySegment bytes) {
        if (bytes.isMapped()) {
            Thread.yield();
        }
    }

    private static IOException cut(InternalError fault) {
        return new IOException("their file was made shorter by somebody", fault);
    }
}
