package ferrite.device.usbstick;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.scheme.Request;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Something the image does for one packet, or for a command as a whole.
final class ImageOperation {
    /// What it does.
    enum Kind {
        READ,
        WRITE,
        SYNC
    }

    private final long tag;
    private final Kind kind;
    private final @Nullable Request packet;
    private final long position;
    private final long length;
    private long done;
    private boolean sent;
    private boolean ended;
    private boolean abandoned;
    private @Nullable Errno failure;

    /// @param tag comes back with its completion
    /// @param packet whose bytes are moved; none for a sync
    /// @param position in the image, bytes
    /// @param length bytes, at most those of the packet
    ImageOperation(long tag, Kind kind, @Nullable Request packet, long position, long length) {
        this.tag = tag;
        this.kind = kind;
        this.packet = packet;
        this.position = position;
        this.length = length;
    }

    long tag() {
        return tag;
    }

    Kind kind() {
        return kind;
    }

    /// The packet, while it waits for its answer.
    Optional<Request> packet() {
        return Optional.ofNullable(packet).filter(Request::isLive);
    }

    long length() {
        return length;
    }

    /// Where the next piece begins in the image.
    long next() {
        return position + done;
    }

    /// The packet's own bytes that are left.
    BufferSlice left() {
        if (packet == null) {
            throw new IllegalStateException("a sync has no bytes");
        }
        return packet.buffer().slice(done, length - done);
    }

    boolean isSent() {
        return sent;
    }

    void setSent() {
        sent = true;
    }

    /// The host has answered the piece that was sent. A short count is not the end; no count at all is.
    void answered(long status) {
        sent = false;
        if (Errno.isError(status)) {
            end(Errno.of(status).orElse(Errno.EIO));
        } else if (kind == Kind.SYNC) {
            ended = true;
        } else {
            done += status;
            if (status == 0) {
                end(Errno.EIO);
            }
            ended |= done >= length;
        }
    }

    private void end(Errno why) {
        failure = why;
        ended = true;
    }

    boolean isEnded() {
        return ended;
    }

    boolean isFailed() {
        return failure != null;
    }

    /// The stick was reset meanwhile: nobody draws conclusions from its end.
    void abandon() {
        abandoned = true;
    }

    boolean isAbandoned() {
        return abandoned;
    }
}
