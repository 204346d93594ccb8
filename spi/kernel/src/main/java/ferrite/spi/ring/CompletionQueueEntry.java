package ferrite.spi.ring;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.MemorySegment;

/// One answer as it stands in a completion queue: 32 bytes, see the table in `docs/protocol/ring-abi.md`.
///
/// @param userData the caller's tag of the submission
/// @param status a value, or a negative error number ([Errno#status()])
/// @param flags [CqeFlags]
/// @param extra second result, by opcode
public record CompletionQueueEntry(long userData, long status, long flags, long extra) {

    /// Size in ring memory, bytes.
    public static final long BYTES = CqeLayout.BYTES;

    /// Reads any 32 bytes.
    public static CompletionQueueEntry decode(MemorySegment ring, long at) {
        return new CompletionQueueEntry(
                ring.get(SqeLayout.U64, at + CqeLayout.USER_DATA),
                ring.get(SqeLayout.U64, at + CqeLayout.STATUS),
                ring.get(SqeLayout.U64, at + CqeLayout.FLAGS),
                ring.get(SqeLayout.U64, at + CqeLayout.EXTRA));
    }

    /// Writes exactly [#BYTES] bytes.
    public void encode(MemorySegment ring, long at) {
        ring.set(SqeLayout.U64, at + CqeLayout.USER_DATA, userData);
        ring.set(SqeLayout.U64, at + CqeLayout.STATUS, status);
        ring.set(SqeLayout.U64, at + CqeLayout.FLAGS, flags);
        ring.set(SqeLayout.U64, at + CqeLayout.EXTRA, extra);
    }

    /// Whether the request failed.
    public boolean isError() {
        return Errno.isError(status);
    }

    /// Whether more completions of the same submission follow.
    public boolean hasMore() {
        return (flags & CqeFlags.EVENT) != 0 && (flags & CqeFlags.LAST_UPDATE) == 0;
    }

    /// The value of a successful request.
    ///
    /// @param what names the operation in the message of the exception
    /// @throws SchemeException with the error that the status carries; EIO for a number that is not in [Errno]
    public long valueOrThrow(String what) {
        if (isError()) {
            throw new SchemeException(Errno.of(status).orElse(Errno.EIO), what);
        }
        return status;
    }
}
