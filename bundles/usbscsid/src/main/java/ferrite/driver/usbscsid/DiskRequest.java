package ferrite.driver.usbscsid;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.scheme.Request;
import java.util.Arrays;
import java.util.Optional;

/// A client's request on its way through the queue.
final class DiskRequest {
    /// What it asks for.
    enum Kind {
        READ(0),
        WRITE(1),
        SYNC(2);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        /// The number in a saved state.
        int code() {
            return code;
        }

        static Optional<Kind> of(int code) {
            return Arrays.stream(values()).filter(kind -> kind.code == code).findFirst();
        }
    }

    private final Request request;
    private final Kind kind;
    private final long offset;
    private final long length;
    private long done;
    private int retries;
    private boolean cancelled;

    /// @param offset bytes, a multiple of the block size
    /// @param length bytes, a multiple of the block size; inside the disk
    DiskRequest(Request request, Kind kind, long offset, long length) {
        this.request = request;
        this.kind = kind;
        this.offset = offset;
        this.length = length;
    }

    /// Takes over where a predecessor was.
    DiskRequest resumed(long newDone, int newRetries, boolean wasCancelled) {
        done = newDone;
        retries = newRetries;
        cancelled = wasCancelled;
        return this;
    }

    Request request() {
        return request;
    }

    Kind kind() {
        return kind;
    }

    long offset() {
        return offset;
    }

    long length() {
        return length;
    }

    /// Bytes that are done.
    long done() {
        return done;
    }

    void advance(long bytes) {
        done += bytes;
        retries = 0;
    }

    long left() {
        return length - done;
    }

    /// The client's own bytes of the next piece.
    BufferSlice piece(long bytes) {
        return request.buffer().slice(done, bytes);
    }

    int retries() {
        return retries;
    }

    void retried() {
        retries++;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /// The client wants it back; a command that is in work ends first.
    void setCancelled() {
        cancelled = true;
    }

    void complete() {
        request.complete(done);
    }

    /// What is done counts, as for any file: the error shows again at the next request.
    void fail(Errno errno) {
        if (done > 0) {
            request.complete(done);
        } else {
            request.fail(errno);
        }
    }
}
