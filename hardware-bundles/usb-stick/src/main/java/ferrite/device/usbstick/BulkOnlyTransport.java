package ferrite.device.usbstick;

import ferrite.hw.scsi.AdditionalSense;
import ferrite.hw.scsi.Cdb;
import ferrite.hw.usb.storage.CommandBlockWrapper;
import ferrite.hw.usb.storage.CommandStatusWrapper;
import ferrite.spi.error.Errno;
import ferrite.spi.scheme.Request;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The device side of USB Mass Storage Bulk-Only Transport 1.0.
///
/// ```
///             CBW, no data                      CSW sent
///  COMMAND ------------------------> STATUS ----------------> COMMAND
///     |  CBW, host expects in           ^
///     +----------------> DATA_IN -------+   all moved, or endpoint halted
///     |  CBW, host expects out          |
///     +----------------> DATA_OUT ------+
///     |  no good CBW
///     +----------------> WEDGED: both endpoints halted until Bulk-Only Mass Storage Reset
/// ```
///
/// The thirteen cases of §6.7, H = host expects, D = device intends, n = nothing, i = in, o = out:
///
/// | case         | data                                     | endpoint halted  | residue    | status        |
/// |--------------|------------------------------------------|------------------|------------|---------------|
/// | 1 Hn=Dn      | none                                     | –                | 0          | passed/failed |
/// | 2 Hn<Di, 3 Hn<Do | none                                 | –                | 0          | phase error   |
/// | 4 Hi>Dn      | none                                     | in               | all        | passed/failed |
/// | 5 Hi>Di      | what there is, then a short packet       | in               | not sent   | passed/failed |
/// | 6 Hi=Di      | all                                      | –                | 0          | passed/failed |
/// | 7 Hi<Di      | what the host expects                    | –                | 0          | phase error   |
/// | 8 Hi<>Do     | none                                     | in               | all        | phase error   |
/// | 9 Ho>Dn      | none                                     | out              | all        | passed/failed |
/// | 10 Ho<>Di    | none                                     | out              | all        | phase error   |
/// | 11 Ho>Do     | what the device wants                    | out              | not taken  | passed/failed |
/// | 12 Ho=Do     | all                                      | –                | 0          | passed/failed |
/// | 13 Ho<Do     | none                                     | out              | all        | phase error   |
///
/// Packets with bytes of the image are handed to it, several at once, and answered when it has moved them; everything
/// else of the command waits (NAK) until then. So a status tells what really happened, and a cache is synchronized
/// after all that was written before.
final class BulkOnlyTransport {
    private enum Phase {
        COMMAND,
        DATA_IN,
        DATA_OUT,
        STATUS,
        WEDGED
    }

    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long U32_MAX = 0xFFFF_FFFFL;

    private final ScsiDisk disk;
    private final ImageFile image;
    private final DataPhase data;
    /// A private copy: the host may change its bytes while we look.
    private final MemorySegment wrapper = MemorySegment.ofArray(new byte[CommandBlockWrapper.BYTES]);

    private Phase phase = Phase.COMMAND;
    private boolean inHalted;
    private boolean outHalted;
    private int tag;
    private int status;
    private long hostLeft;

    BulkOnlyTransport(ScsiDisk disk, ImageFile image) {
        this.disk = disk;
        this.image = image;
        this.data = new DataPhase(image);
    }

    /// A packet arrives on the bulk OUT endpoint.
    ///
    /// @param packet not empty
    /// @return bytes taken, or a [Handshake]
    long receive(Request packet) {
        if (outHalted) {
            return Handshake.STALL;
        }
        return switch (phase) {
            case COMMAND -> image.isIdle() ? receiveCommand(packet.buffer().segment()) : Handshake.NAK;
            case DATA_OUT -> receiveData(packet);
            case DATA_IN, STATUS, WEDGED -> Handshake.NAK;
        };
    }

    private long receiveCommand(MemorySegment bytes) {
        boolean rightSize = bytes.byteSize() == CommandBlockWrapper.BYTES;
        if (rightSize) {
            MemorySegment.copy(bytes, 0, wrapper, 0, CommandBlockWrapper.BYTES);
        }
        int lengthOfCommand = u8(CommandBlockWrapper.COMMAND_LENGTH);
        int flags = u8(CommandBlockWrapper.FLAGS);
        boolean valid = rightSize
                && i32(CommandBlockWrapper.SIGNATURE) == CommandBlockWrapper.SIGNATURE_VALUE
                && (flags & ~CommandBlockWrapper.FLAG_IN) == 0
                && u8(CommandBlockWrapper.LUN) == 0
                && lengthOfCommand >= 1
                && lengthOfCommand <= CommandBlockWrapper.COMMAND_BYTES;
        if (!valid) {
            wedge();
            return bytes.byteSize();
        }
        tag = i32(CommandBlockWrapper.TAG);
        hostLeft = i32(CommandBlockWrapper.TRANSFER_LENGTH) & U32_MAX;
        ScsiOutcome outcome = disk.execute(Cdb.decode(wrapper, CommandBlockWrapper.COMMAND, lengthOfCommand));
        status = outcome instanceof ScsiOutcome.Failed
                ? CommandStatusWrapper.STATUS_FAILED
                : CommandStatusWrapper.STATUS_PASSED;
        data.begin(outcome);
        if (outcome instanceof ScsiOutcome.Sync) {
            image.sync();
        }
        if (hostLeft == 0) {
            beginWithoutData();
        } else if ((flags & CommandBlockWrapper.FLAG_IN) != 0) {
            beginDataIn();
        } else {
            beginDataOut();
        }
        return CommandBlockWrapper.BYTES;
    }

    /// Cases 1 to 3.
    private void beginWithoutData() {
        if (data.left() > 0) {
            phaseError();
        }
        phase = Phase.STATUS;
    }

    /// Cases 4 to 8.
    private void beginDataIn() {
        if (data.receives()) {
            phaseError();
        } else if (data.left() > hostLeft) {
            status = CommandStatusWrapper.STATUS_PHASE_ERROR;
        }
        phase = Phase.DATA_IN;
    }

    /// Cases 9 to 13.
    private void beginDataOut() {
        if (data.sends() || data.left() > hostLeft) {
            phaseError();
        }
        phase = Phase.DATA_OUT;
    }

    private void phaseError() {
        status = CommandStatusWrapper.STATUS_PHASE_ERROR;
        data.clear();
    }

    private long receiveData(Request packet) {
        long size = packet.buffer().length();
        long wanted = Math.min(size, data.left() - image.bytesPending());
        boolean tooMuch = size > hostLeft - image.bytesPending();
        if ((tooMuch || wanted <= 0) && !image.isIdle()) {
            return Handshake.NAK;
        }
        if (tooMuch) {
            // More than the wrapper announced: where the next wrapper begins is anybody's guess.
            wedge();
            return Handshake.STALL;
        }
        if (wanted <= 0) {
            return haltOut();
        }
        image.write(packet, data.position() + image.bytesPending(), wanted);
        return Handshake.PENDING;
    }

    private long haltOut() {
        outHalted = true;
        phase = Phase.STATUS;
        return Handshake.STALL;
    }

    private void failed(AdditionalSense cause) {
        disk.failed(cause);
        status = CommandStatusWrapper.STATUS_FAILED;
        data.clear();
    }

    /// The bus asks for a packet of the bulk IN endpoint.
    ///
    /// @param packet not empty
    /// @return bytes given, or a [Handshake]
    long send(Request packet) {
        if (inHalted) {
            return Handshake.STALL;
        }
        return switch (phase) {
            case DATA_IN -> sendData(packet);
            case STATUS -> image.isIdle() ? sendStatus(packet.buffer().segment()) : Handshake.NAK;
            case COMMAND, DATA_OUT, WEDGED -> Handshake.NAK;
        };
    }

    private long sendData(Request packet) {
        long ready = Math.min(data.left(), hostLeft) - image.bytesPending();
        boolean ofImage = data.isOfImage() && ready > 0;
        if (!ofImage && !image.isIdle()) {
            return Handshake.NAK;
        }
        if (ready <= 0) {
            return haltIn();
        }
        long moved = Math.min(packet.buffer().length(), ready);
        if (ofImage) {
            image.read(packet, data.position() + image.bytesPending(), moved);
            return Handshake.PENDING;
        }
        data.reply(packet.buffer().segment().asSlice(0, moved));
        sent(moved, moved < packet.buffer().length());
        return moved;
    }

    private void sent(long moved, boolean shortPacket) {
        hostLeft -= moved;
        if (hostLeft == 0) {
            data.clear();
            phase = Phase.STATUS;
        } else if (shortPacket) {
            // The short packet has ended the data; the halt tells the host that there is no more.
            inHalted = true;
            phase = Phase.STATUS;
        }
    }

    /// The image has ended an operation, the oldest.
    void ended(ImageOperation operation) {
        if (operation.isAbandoned()) {
            operation.packet().ifPresent(packet -> packet.fail(Errno.EIO));
            return;
        }
        switch (operation.kind()) {
            case READ -> answer(operation, endedRead(operation));
            case WRITE -> answer(operation, endedWrite(operation));
            case SYNC -> {
                if (operation.isFailed()) {
                    failed(AdditionalSense.WRITE_ERROR);
                }
            }
        }
    }

    private static void answer(ImageOperation operation, long handshake) {
        operation.packet().ifPresent(packet -> {
            if (handshake == Handshake.STALL) {
                packet.fail(Errno.EPIPE);
            } else {
                packet.complete(handshake);
            }
        });
    }

    private long endedRead(ImageOperation operation) {
        if (phase != Phase.DATA_IN) {
            return Handshake.STALL; // the packet before it has failed
        }
        if (operation.isFailed()) {
            failed(AdditionalSense.UNRECOVERED_READ_ERROR);
            return haltIn();
        }
        long moved = operation.length();
        data.advance(moved);
        sent(moved, moved < sizeOf(operation));
        return moved;
    }

    private long endedWrite(ImageOperation operation) {
        if (phase != Phase.DATA_OUT) {
            return Handshake.STALL;
        }
        if (operation.isFailed()) {
            failed(AdditionalSense.WRITE_ERROR);
            return haltOut();
        }
        long moved = operation.length();
        data.advance(moved);
        hostLeft -= moved;
        if (data.left() == 0 && data.isDurable()) {
            image.sync();
        }
        if (moved < sizeOf(operation)) {
            return haltOut();
        }
        if (hostLeft == 0) {
            phase = Phase.STATUS;
        }
        return moved;
    }

    private static long sizeOf(ImageOperation operation) {
        return operation.packet().map(packet -> packet.buffer().length()).orElse(operation.length());
    }

    private long haltIn() {
        inHalted = true;
        phase = Phase.STATUS;
        return Handshake.STALL;
    }

    private long sendStatus(MemorySegment into) {
        if (into.byteSize() < CommandStatusWrapper.BYTES) {
            inHalted = true;
            return Handshake.STALL;
        }
        into.set(I32, CommandStatusWrapper.SIGNATURE, CommandStatusWrapper.SIGNATURE_VALUE);
        into.set(I32, CommandStatusWrapper.TAG, tag);
        into.set(I32, CommandStatusWrapper.RESIDUE, (int) hostLeft);
        into.set(ValueLayout.JAVA_BYTE, CommandStatusWrapper.STATUS, (byte) status);
        phase = Phase.COMMAND;
        return CommandStatusWrapper.BYTES;
    }

    private void wedge() {
        inHalted = true;
        outHalted = true;
        phase = Phase.WEDGED;
        data.clear();
    }

    /// Bulk-Only Mass Storage Reset, BOT 1.0 §3.1: ready for a wrapper; halts stay.
    void reset() {
        phase = Phase.COMMAND;
        data.clear();
        hostLeft = 0;
        image.abandon();
    }

    /// Port reset and SET_CONFIGURATION: ready for a wrapper, nothing halted.
    void restart() {
        reset();
        inHalted = false;
        outHalted = false;
    }

    /// CLEAR_FEATURE(ENDPOINT_HALT): without effect until a reset if no good wrapper came, BOT 1.0 §6.6.1.
    void clearInHalt() {
        inHalted = phase == Phase.WEDGED;
    }

    /// As [#clearInHalt].
    void clearOutHalt() {
        outHalted = phase == Phase.WEDGED;
    }

    /// SET_FEATURE(ENDPOINT_HALT).
    void setInHalt() {
        inHalted = true;
    }

    /// SET_FEATURE(ENDPOINT_HALT).
    void setOutHalt() {
        outHalted = true;
    }

    boolean inHalted() {
        return inHalted;
    }

    boolean outHalted() {
        return outHalted;
    }

    private int u8(int at) {
        return wrapper.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
    }

    private int i32(int at) {
        return wrapper.get(I32, at);
    }

    void save(StateWriter state) {
        state.choice(phase).flag(inHalted).flag(outHalted).i32(tag).i32(status).i64(hostLeft);
        data.save(state);
    }

    void restore(StateReader state) {
        phase = state.choice("phase", Phase.class);
        inHalted = state.flag("inHalted");
        outHalted = state.flag("outHalted");
        tag = state.i32("tag", Integer.MIN_VALUE, Integer.MAX_VALUE);
        status = state.i32("status", 0, CommandStatusWrapper.STATUS_PHASE_ERROR);
        hostLeft = state.i64("bytes the host expects", 0, U32_MAX);
        data.restore(state);
        boolean receives = phase == Phase.DATA_OUT;
        boolean sends = phase == Phase.DATA_IN;
        StateReader.require(!data.receives() || receives, "data from the host, bytes", data.left());
        StateReader.require(!data.sends() || sends, "data to the host, bytes", data.left());
        StateReader.require(phase != Phase.WEDGED || (inHalted && outHalted), "halts of a wedged device", 0);
    }
}
