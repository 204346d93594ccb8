package ferrite.hw.xhci;

import ferrite.hw.order.LittleEndian;
import java.lang.foreign.MemorySegment;

/// What the controller knows of an endpoint: 32 bytes, little-endian (xHCI 1.2 §6.2.3).
///
/// | offset | bits  | field                      | offset | bits  | field                         |
/// |-------:|-------|----------------------------|-------:|-------|-------------------------------|
/// |      0 | 2:0   | state                      |      4 | 15:8  | packets.burst                 |
/// |      0 | 9:8   | packets.mult               |      4 | 31:16 | packets.maxBytes              |
/// |      0 | 14:10 | streams.maxPrimary         |      8 | 0     | dequeueCycle                  |
/// |      0 | 15    | streams.linear             |      8 | 63:4  | dequeue                       |
/// |      0 | 23:16 | interval                   |     16 | 15:0  | averageTrbBytes               |
/// |      0 | 31:24 | maxEsitPayload, bits 23:16 |     16 | 31:16 | maxEsitPayload, bits 15:0     |
/// |      4 | 2:1   | errorCount                 |     20 |       | 12 bytes of the controller, 0 |
/// |      4 | 5:3   | type                       |        |       |                               |
/// |      4 | 7     | streams.hostInitiateDisable |       |       |                               |
///
/// @param state set by the controller
/// @param type transfer type and direction
/// @param packets sizes
/// @param interval 2^interval × 125 microseconds, 0..255
/// @param errorCount retries before a transaction error, 0 = no limit, 0..3
/// @param streams [Streams#NONE] for a single ring
/// @param dequeue device address of the next TRB; bits 3:0 are 0
/// @param dequeueCycle cycle bit the controller expects there
/// @param averageTrbBytes 0..65535; 8 for control
/// @param maxEsitPayload bytes per service interval, periodic endpoints only, 0..16777215
public record EndpointContext(
        EndpointState state,
        EndpointType type,
        Packets packets,
        int interval,
        int errorCount,
        Streams streams,
        long dequeue,
        boolean dequeueCycle,
        int averageTrbBytes,
        int maxEsitPayload) {
    /// Bytes of the context; with [CapabilityRegisters#HCCPARAMS1_CONTEXT_SIZE] 32 bytes of padding follow.
    public static final int BYTES = 32;
    /// Offset of the dequeue pointer and its cycle bit, 64 bits.
    public static final int DEQUEUE = 8;
    /// Retries that the specification asks for.
    public static final int ERROR_COUNT = 3;

    /// Sizes of what one service moves.
    ///
    /// @param maxBytes largest packet, bytes, 0..65535
    /// @param burst packets in one burst - 1, 0..255
    /// @param mult bursts per interval - 1, 0..3; SuperSpeed isochronous only
    public record Packets(int maxBytes, int burst, int mult) {}

    /// Stream fields.
    ///
    /// @param maxPrimary 0 = no streams, else 2^(maxPrimary+1) of them, 0..31
    /// @param linear the stream array has no secondary arrays
    /// @param hostInitiateDisable the controller does not start stream selection
    public record Streams(int maxPrimary, boolean linear, boolean hostInitiateDisable) {
        /// A single transfer ring.
        public static final Streams NONE = new Streams(0, false, false);
    }

    /// {@return what a driver puts in the input context of a control or bulk endpoint}
    ///
    /// @param type control or bulk
    /// @param packets sizes
    /// @param dequeue device address of the first TRB
    /// @param averageTrbBytes 8 for control
    public static EndpointContext of(EndpointType type, Packets packets, long dequeue, int averageTrbBytes) {
        return new EndpointContext(
                EndpointState.DISABLED, type, packets, 0, ERROR_COUNT, Streams.NONE, dequeue, true, averageTrbBytes, 0);
    }

    /// {@return the context at `at`}
    ///
    /// @param segment memory to read
    /// @param at offset of the context
    public static EndpointContext decode(MemorySegment segment, long at) {
        int word0 = LittleEndian.i32(segment, at);
        int word1 = LittleEndian.i32(segment, at + 4);
        long pointer = LittleEndian.i64(segment, at + DEQUEUE);
        int word4 = LittleEndian.i32(segment, at + 16);
        return new EndpointContext(
                EndpointState.of(word0),
                EndpointType.of(word1 >>> 3),
                new Packets(word1 >>> 16, word1 >>> 8 & 0xFF, word0 >>> 8 & 3),
                word0 >>> 16 & 0xFF,
                word1 >>> 1 & 3,
                new Streams(word0 >>> 10 & 0x1F, (word0 & 1 << 15) != 0, (word1 & 1 << 7) != 0),
                pointer & ControlWord.POINTER,
                (pointer & 1) != 0,
                word4 & 0xFFFF,
                (word0 >>> 24) << 16 | word4 >>> 16);
    }

    /// Writes [#BYTES] bytes.
    ///
    /// @param segment memory to write
    /// @param at offset of the context
    public void encode(MemorySegment segment, long at) {
        segment.asSlice(at, BYTES).fill((byte) 0);
        int word0 = state.code()
                | (packets.mult & 3) << 8
                | (streams.maxPrimary & 0x1F) << 10
                | (streams.linear ? 1 << 15 : 0)
                | (interval & 0xFF) << 16
                | (maxEsitPayload >>> 16) << 24;
        int word1 = (errorCount & 3) << 1
                | type.code() << 3
                | (streams.hostInitiateDisable ? 1 << 7 : 0)
                | (packets.burst & 0xFF) << 8
                | packets.maxBytes << 16;
        LittleEndian.put32(segment, at, word0);
        LittleEndian.put32(segment, at + 4, word1);
        LittleEndian.put64(segment, at + DEQUEUE, dequeue & ControlWord.POINTER | (dequeueCycle ? 1 : 0));
        LittleEndian.put32(segment, at + 16, averageTrbBytes & 0xFFFF | maxEsitPayload << 16);
    }

    /// {@return the same context in another state}
    ///
    /// @param newState state of the endpoint
    public EndpointContext with(EndpointState newState) {
        return new EndpointContext(
                newState,
                type,
                packets,
                interval,
                errorCount,
                streams,
                dequeue,
                dequeueCycle,
                averageTrbBytes,
                maxEsitPayload);
    }

    /// {@return the same context at another TRB}
    ///
    /// @param newDequeue device address of the next TRB
    /// @param newCycle cycle bit the controller expects there
    public EndpointContext withDequeue(long newDequeue, boolean newCycle) {
        return new EndpointContext(
                state,
                type,
                packets,
                interval,
                errorCount,
                streams,
                newDequeue,
                newCycle,
                averageTrbBytes,
                maxEsitPayload);
    }
}
