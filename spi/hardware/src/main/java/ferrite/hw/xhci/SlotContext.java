package ferrite.hw.xhci;

import ferrite.hw.order.LittleEndian;
import java.lang.foreign.MemorySegment;

/// What the controller knows of a device: 32 bytes, little-endian (xHCI 1.2 §6.2.2).
///
/// | offset | bits  | field            | offset | bits  | field                          |
/// |-------:|-------|------------------|-------:|-------|--------------------------------|
/// |      0 | 19:0  | routeString      |      8 | 7:0   | hub.ttSlot                     |
/// |      0 | 23:20 | speed            |      8 | 15:8  | hub.ttPort                     |
/// |      0 | 25    | hub.multipleTt   |      8 | 17:16 | hub.thinkTime                  |
/// |      0 | 26    | hub.isHub        |      8 | 31:22 | interrupter                    |
/// |      0 | 31:27 | contextEntries   |     12 | 7:0   | deviceAddress                  |
/// |      4 | 15:0  | maxExitLatency   |     12 | 31:27 | state                          |
/// |      4 | 23:16 | rootHubPort      |     16 |       | 16 bytes of the controller, 0  |
/// |      4 | 31:24 | hub.ports        |        |       |                                |
///
/// @param routeString hub ports on the way, 4 bits each; 0 = at the root hub
/// @param speed protocol speed id, 0..15
/// @param contextEntries highest valid device context index, 0..31
/// @param maxExitLatencyMicros 0..65535
/// @param rootHubPort 1..255
/// @param interrupter target of the slot's own events, 0..1023
/// @param deviceAddress set by the controller, 0..255
/// @param state set by the controller
/// @param hub for hubs and for what is behind them
public record SlotContext(
        int routeString,
        int speed,
        int contextEntries,
        int maxExitLatencyMicros,
        int rootHubPort,
        int interrupter,
        int deviceAddress,
        SlotState state,
        Hub hub) {
    /// Bytes of the context; with [CapabilityRegisters#HCCPARAMS1_CONTEXT_SIZE] 32 bytes of padding follow.
    public static final int BYTES = 32;

    /// The fields of hubs and of low- and full-speed devices behind a high-speed hub.
    ///
    /// @param isHub the device is a hub
    /// @param multipleTt the hub has a transaction translator per port
    /// @param ports of the hub, 0..255
    /// @param ttSlot slot of the hub with the transaction translator, 0..255
    /// @param ttPort port of that hub, 0..255
    /// @param thinkTime 0..3: 8, 16, 24, 32 full-speed bit times
    public record Hub(boolean isHub, boolean multipleTt, int ports, int ttSlot, int ttPort, int thinkTime) {
        /// No hub.
        public static final Hub NONE = new Hub(false, false, 0, 0, 0, 0);
    }

    /// {@return what a driver puts in the input context of a device at a root hub port}
    ///
    /// @param speed protocol speed id
    /// @param contextEntries highest valid device context index
    /// @param rootHubPort 1..255
    public static SlotContext atRootHub(int speed, int contextEntries, int rootHubPort) {
        return new SlotContext(0, speed, contextEntries, 0, rootHubPort, 0, 0, SlotState.DISABLED_OR_ENABLED, Hub.NONE);
    }

    /// {@return the context at `at`}
    ///
    /// @param segment memory to read
    /// @param at offset of the context
    public static SlotContext decode(MemorySegment segment, long at) {
        int word0 = LittleEndian.i32(segment, at);
        int word1 = LittleEndian.i32(segment, at + 4);
        int word2 = LittleEndian.i32(segment, at + 8);
        int word3 = LittleEndian.i32(segment, at + 12);
        Hub hub = new Hub(
                (word0 & 1 << 26) != 0,
                (word0 & 1 << 25) != 0,
                word1 >>> 24,
                word2 & 0xFF,
                word2 >>> 8 & 0xFF,
                word2 >>> 16 & 3);
        return new SlotContext(
                word0 & 0xF_FFFF,
                word0 >>> 20 & 0xF,
                word0 >>> 27,
                word1 & 0xFFFF,
                word1 >>> 16 & 0xFF,
                word2 >>> 22,
                word3 & 0xFF,
                SlotState.of(word3 >>> 27),
                hub);
    }

    /// Writes [#BYTES] bytes.
    ///
    /// @param segment memory to write
    /// @param at offset of the context
    public void encode(MemorySegment segment, long at) {
        segment.asSlice(at, BYTES).fill((byte) 0);
        int word0 = routeString & 0xF_FFFF
                | (speed & 0xF) << 20
                | (hub.multipleTt ? 1 << 25 : 0)
                | (hub.isHub ? 1 << 26 : 0)
                | contextEntries << 27;
        int word1 = maxExitLatencyMicros & 0xFFFF | (rootHubPort & 0xFF) << 16 | hub.ports << 24;
        int word2 = hub.ttSlot & 0xFF | (hub.ttPort & 0xFF) << 8 | (hub.thinkTime & 3) << 16 | interrupter << 22;
        LittleEndian.put32(segment, at, word0);
        LittleEndian.put32(segment, at + 4, word1);
        LittleEndian.put32(segment, at + 8, word2);
        LittleEndian.put32(segment, at + 12, deviceAddress & 0xFF | state.code() << 27);
    }

    /// {@return the same context as the controller leaves it}
    ///
    /// @param newState state of the slot
    /// @param newAddress USB address of the device, 0..127
    public SlotContext with(SlotState newState, int newAddress) {
        return new SlotContext(
                routeString,
                speed,
                contextEntries,
                maxExitLatencyMicros,
                rootHubPort,
                interrupter,
                newAddress,
                newState,
                hub);
    }

    /// {@return the same context with another highest valid device context index}
    ///
    /// @param newContextEntries 1..31
    public SlotContext withContextEntries(int newContextEntries) {
        return new SlotContext(
                routeString,
                speed,
                newContextEntries,
                maxExitLatencyMicros,
                rootHubPort,
                interrupter,
                deviceAddress,
                state,
                hub);
    }
}
