package ferrite.filed.host;

import ferrite.spi.buffer.Guard;
import ferrite.spi.error.Errno;
import ferrite.spi.scheme.Request;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// One read, write or sync on its way to the host and back. Belongs to the plug-in's token.
///
/// It keeps the file open and the client's bytes guarded until the host has let go of them, whatever becomes of the
/// request meanwhile.
public final class Transfer {
    /// Most bytes of one transfer; a client gets a short count.
    public static final long BYTES_MAX = 1L << 30;

    /// What is done.
    public enum Kind {
        /// Bytes from the file.
        READ,
        /// Bytes to the file.
        WRITE,
        /// To the end of the file.
        APPEND,
        /// Everything durable.
        SYNC
    }

    private final Request request;
    private final Kind kind;
    private final HostFile file;
    private final long offset;
    private final MemorySegment bytes;
    private final @Nullable Guard guard;
    private boolean cancelled;
    private int attempts;

    /// Which submission it is; −1 while it waits for one.
    int slot = -1;

    /// Whether registered memory is not to be used for it.
    boolean byAddress;

    private Transfer(
            Request request, Kind kind, HostFile file, long offset, MemorySegment bytes, @Nullable Guard guard) {
        this.request = request;
        this.kind = kind;
        this.file = file.retain();
        this.offset = offset;
        this.bytes = bytes;
        this.guard = guard;
    }

    /// A transfer of the request's bytes.
    ///
    /// @param offset in the file; means nothing if it appends
    public static Transfer ofBytes(Request request, Kind kind, HostFile file, long offset) {
        MemorySegment all = request.buffer().segment();
        MemorySegment bytes = all.byteSize() <= BYTES_MAX ? all : all.asSlice(0, BYTES_MAX);
        return new Transfer(request, kind, file, offset, bytes, request.buffer().guard("file: " + file.path()));
    }

    /// A sync of the file.
    public static Transfer ofSync(Request request, HostFile file) {
        return new Transfer(request, Kind.SYNC, file, 0, MemorySegment.NULL, null);
    }

    /// Whether it answers this request, which may have ended without it.
    ///
    /// @param id [Request#id()]
    boolean isOf(long id) {
        return request.isLive() && request.id() == id;
    }

    Kind kind() {
        return kind;
    }

    HostFile file() {
        return file;
    }

    long offset() {
        return offset;
    }

    MemorySegment bytes() {
        return bytes;
    }

    void setCancelled() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled;
    }

    void attempted() {
        attempts++;
    }

    /// How often it has been handed over.
    int attempts() {
        return attempts;
    }

    /// The host has let go of it.
    ///
    /// @param status bytes, 0, or a negative [Errno#status()]
    void end(long status) {
        if (guard != null) {
            guard.release();
        }
        file.release();
        if (request.isLive()) {
            request.complete(status);
        }
    }
}
