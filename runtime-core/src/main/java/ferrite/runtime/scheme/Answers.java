package ferrite.runtime.scheme;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Stat;
import ferrite.spi.scheme.StatVfs;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// How the kernel's schemes answer with bytes that they already have.
final class Answers {
    private Answers() {}

    /// Copies what fits of `content` from `offset` on.
    ///
    /// @return bytes copied, 0 at the end
    static long bytes(byte[] content, long offset, BufferSlice into) {
        if (offset < 0 || offset >= content.length) {
            return 0;
        }
        long count = Math.min(into.length(), content.length - offset);
        MemorySegment.copy(MemorySegment.ofArray(content), offset, into.segment(), 0, count);
        return count;
    }

    static long text(String content, long offset, BufferSlice into) {
        return bytes(content.getBytes(StandardCharsets.UTF_8), offset, into);
    }

    /// The bytes of a short text, UTF-8.
    ///
    /// @throws SchemeException ENAMETOOLONG
    static String string(BufferSlice from) {
        if (from.length() > Operation.PATH_BYTES_MAX) {
            throw new SchemeException(Errno.ENAMETOOLONG, "text of " + from.length() + " bytes");
        }
        return new String(from.segment().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    /// Writes a [Stat]; what does not fit is cut off.
    static long stat(Stat stat, BufferSlice into) {
        byte[] bytes = new byte[(int) Stat.BYTES];
        stat.encode(MemorySegment.ofArray(bytes), 0);
        return bytes(bytes, 0, into);
    }

    /// Writes a [StatVfs]; what does not fit is cut off.
    static long statVfs(StatVfs stat, BufferSlice into) {
        byte[] bytes = new byte[(int) StatVfs.BYTES];
        stat.encode(MemorySegment.ofArray(bytes), 0);
        return bytes(bytes, 0, into);
    }
}
