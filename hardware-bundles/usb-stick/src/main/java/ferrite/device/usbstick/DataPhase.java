package ferrite.device.usbstick;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Where the bytes of the running command come from or go to, and how many are left on the device's side.
final class DataPhase {
    /// Longest made-up answer, bytes.
    static final int REPLY_BYTES_MAX = 256;

    private enum Source {
        NOTHING,
        REPLY,
        IMAGE
    }

    private final ImageFile image;
    private Source source = Source.NOTHING;
    private boolean toHost;
    private boolean durable;
    private MemorySegment reply = MemorySegment.NULL;
    private long position;
    private long left;

    DataPhase(ImageFile image) {
        this.image = image;
    }

    /// Prepares for what the disk wants to move.
    void begin(ScsiOutcome outcome) {
        clear();
        switch (outcome) {
            case ScsiOutcome.Done _, ScsiOutcome.Sync _, ScsiOutcome.Failed _ -> {}
            case ScsiOutcome.Reply(MemorySegment bytes) -> {
                source = Source.REPLY;
                toHost = true;
                reply = bytes;
                left = bytes.byteSize();
            }
            case ScsiOutcome.Read(long from, long bytes) -> {
                source = Source.IMAGE;
                toHost = true;
                position = from;
                left = bytes;
            }
            case ScsiOutcome.Write(long from, long bytes, boolean onMedium) -> {
                source = Source.IMAGE;
                durable = onMedium;
                position = from;
                left = bytes;
            }
        }
    }

    /// Nothing is left to move.
    void clear() {
        source = Source.NOTHING;
        toHost = false;
        durable = false;
        reply = MemorySegment.NULL;
        position = 0;
        left = 0;
    }

    /// Bytes the device still wants to move.
    long left() {
        return left;
    }

    /// Whether the device wants to send.
    boolean sends() {
        return left > 0 && toHost;
    }

    /// Whether the device wants to receive.
    boolean receives() {
        return left > 0 && !toHost;
    }

    /// Whether the bytes are those of the image.
    boolean isOfImage() {
        return source == Source.IMAGE;
    }

    /// Whether they are to be on the medium before the status.
    boolean isDurable() {
        return durable;
    }

    /// Where the next byte is in the image.
    long position() {
        return position;
    }

    /// Fills `into`, which is at most [#left()] bytes, with the next bytes of a reply.
    void reply(MemorySegment into) {
        MemorySegment.copy(reply, position, into, 0, into.byteSize());
        advance(into.byteSize());
    }

    /// Bytes have moved.
    void advance(long moved) {
        position += moved;
        left -= moved;
    }

    void save(StateWriter state) {
        state.choice(source)
                .flag(toHost)
                .flag(durable)
                .block(source == Source.REPLY ? reply.toArray(ValueLayout.JAVA_BYTE) : new byte[0])
                .i64(position)
                .i64(left);
    }

    void restore(StateReader state) {
        source = state.choice("data source", Source.class);
        toHost = state.flag("toHost");
        durable = state.flag("durable");
        byte[] bytes = state.block("reply", REPLY_BYTES_MAX);
        reply = MemorySegment.ofArray(bytes);
        long end = switch (source) {
            case NOTHING -> 0;
            case REPLY -> bytes.length;
            case IMAGE -> image.bytes();
        };
        position = state.i64("data position", 0, end);
        left = state.i64("data left", 0, end - position);
        StateReader.require(source != Source.REPLY || toHost, "a reply from the host", left);
    }
}
