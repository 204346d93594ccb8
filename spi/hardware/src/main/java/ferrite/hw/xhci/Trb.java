package ferrite.hw.xhci;

import ferrite.hw.order.LittleEndian;
import ferrite.hw.usb.SetupPacket;
import java.lang.foreign.MemorySegment;

/// A transfer request block: 16 bytes, little-endian, at a multiple of 16 (xHCI 1.2 §6.4).
///
/// | offset | bytes | field     | meaning                                                           |
/// |-------:|------:|-----------|-------------------------------------------------------------------|
/// |      0 |     8 | parameter | device address, immediate data or by type                         |
/// |      8 |     4 | status    | length, TD size, interrupter, completion code: by type            |
/// |     12 |     4 | control   | bit 0 cycle, bits 9:1 flags, bits 15:10 type, bits 31:16 by type  |
///
/// The cycle bit says who owns the block; it is state of a ring and not in the records. Decode ignores it,
/// [#cycle] reads it and [#encode] writes it with the type. A reader checks [#cycle] first and decodes
/// only a block that is its own.
///
/// Reserved bits are ignored by decode and 0 after encode. A hot path may read single fields at
/// [#PARAMETER], [#STATUS] and [#CONTROL], and write with [#write]; neither allocates.
///
/// Addresses are device addresses (bytes); slots are 0..255, endpoints are device context indexes 0..31.
public sealed interface Trb {
    /// Bytes of one block.
    int BYTES = 16;
    /// Offset, 64 bits.
    int PARAMETER = 0;
    /// Offset, 32 bits.
    int STATUS = 8;
    /// Offset, 32 bits.
    int CONTROL = 12;

    /// Control bit 0: owner of the block.
    int CYCLE = 1;
    /// Control bits 15:10: type.
    int TYPE_SHIFT = 10;
    /// Width of the type.
    int TYPE_MASK = 0x3F;
    /// Control bits 20:16 of commands and events: device context index.
    int ENDPOINT_SHIFT = 16;
    /// Control bits 31:24 of commands and events: slot.
    int SLOT_SHIFT = 24;
    /// Status bits 31:24 of events: completion code.
    int COMPLETION_SHIFT = 24;
    /// Status bits 31:22 of transfer TRBs: interrupter.
    int INTERRUPTER_SHIFT = 22;
    /// Status bits 21:17 of transfer TRBs: TD size.
    int TD_SIZE_SHIFT = 17;
    /// Status bits 16:0 of transfer TRBs: length, bytes.
    int LENGTH_MASK = 0x1FFFF;
    /// Status bits 23:0 of transfer events: length, bytes.
    int EVENT_LENGTH_MASK = 0xFF_FFFF;
    /// Most bytes one TRB moves (xHCI 1.2 §6.4.1); its buffer must not cross a multiple of it.
    int LENGTH_MAX = 65_536;

    /// Control bit 1 of transfer TRBs: evaluate the next TRB before saving the endpoint's state.
    int EVALUATE_NEXT = 1 << 1;
    /// Control bit 1 of Link: the producer's cycle bit toggles behind it.
    int TOGGLE_CYCLE = 1 << 1;
    /// Control bit 2: a short packet raises an event even without interrupt on completion.
    int INTERRUPT_ON_SHORT_PACKET = 1 << 2;
    /// Control bit 3: no snoop.
    int NO_SNOOP = 1 << 3;
    /// Control bit 4: the next TRB belongs to the same transfer descriptor.
    int CHAIN = 1 << 4;
    /// Control bit 5: raise an event when done.
    int INTERRUPT_ON_COMPLETION = 1 << 5;
    /// Control bit 6: the parameter is the data itself, at most 8 bytes.
    int IMMEDIATE_DATA = 1 << 6;
    /// Control bit 9: the event does not assert the interrupt.
    int BLOCK_EVENT_INTERRUPT = 1 << 9;

    /// Moves data of a bulk or interrupt endpoint, xHCI 1.2 §6.4.1.1.
    ///
    /// @param buffer address of the data, or the data with `IMMEDIATE_DATA`
    /// @param length bytes, 0..131071; above 65536 is a TRB Error
    /// @param tdSize packets left in the transfer descriptor, 0..31
    /// @param interrupter 0..1023
    /// @param flags `EVALUATE_NEXT`, `INTERRUPT_ON_SHORT_PACKET`, `NO_SNOOP`, `CHAIN`, `INTERRUPT_ON_COMPLETION`,
    ///     `IMMEDIATE_DATA`, `BLOCK_EVENT_INTERRUPT`
    record Normal(long buffer, int length, int tdSize, int interrupter, int flags) implements Trb {
        /// Type.
        public static final int TYPE = 1;
    }

    /// Starts a control transfer, xHCI 1.2 §6.4.1.2.1.
    ///
    /// @param setup the eight bytes sent
    /// @param length bytes, must be 8
    /// @param interrupter 0..1023
    /// @param flags `INTERRUPT_ON_COMPLETION`, `IMMEDIATE_DATA` (must be set)
    /// @param transferType `NO_DATA`, `OUT_DATA`, `IN_DATA` or 1 (reserved)
    record SetupStage(SetupPacket setup, int length, int interrupter, int flags, int transferType) implements Trb {
        /// Type.
        public static final int TYPE = 2;

        /// Transfer type: no data stage.
        public static final int NO_DATA = 0;
        /// Transfer type: the data stage goes to the device.
        public static final int OUT_DATA = 2;
        /// Transfer type: the data stage goes to the host.
        public static final int IN_DATA = 3;
    }

    /// Moves data of a control transfer, xHCI 1.2 §6.4.1.2.2.
    ///
    /// @param buffer address of the data, or the data with `IMMEDIATE_DATA`
    /// @param length bytes, 0..131071; above 65536 is a TRB Error
    /// @param tdSize packets left in the transfer descriptor, 0..31
    /// @param interrupter 0..1023
    /// @param flags as in [Normal], without `BLOCK_EVENT_INTERRUPT`
    /// @param in data to the host
    record DataStage(long buffer, int length, int tdSize, int interrupter, int flags, boolean in) implements Trb {
        /// Type.
        public static final int TYPE = 3;
    }

    /// Ends a control transfer, xHCI 1.2 §6.4.1.2.3.
    ///
    /// @param interrupter 0..1023
    /// @param flags `EVALUATE_NEXT`, `CHAIN`, `INTERRUPT_ON_COMPLETION`
    /// @param in status to the host: the data stage went out, or there was none
    record StatusStage(int interrupter, int flags, boolean in) implements Trb {
        /// Type.
        public static final int TYPE = 4;
    }

    /// Continues a ring elsewhere, xHCI 1.2 §6.4.4.1.
    ///
    /// @param segment address of the next TRB; bits 3:0 are 0
    /// @param interrupter 0..1023
    /// @param flags `TOGGLE_CYCLE`, `CHAIN`, `INTERRUPT_ON_COMPLETION`
    record Link(long segment, int interrupter, int flags) implements Trb {
        /// Type.
        public static final int TYPE = 6;
    }

    /// Raises an event with data of the driver's own, xHCI 1.2 §6.4.4.2.
    ///
    /// @param data comes back as the TRB of the event
    /// @param interrupter 0..1023
    /// @param flags `EVALUATE_NEXT`, `CHAIN`, `INTERRUPT_ON_COMPLETION`, `BLOCK_EVENT_INTERRUPT`
    record EventData(long data, int interrupter, int flags) implements Trb {
        /// Type.
        public static final int TYPE = 7;
    }

    /// Moves nothing, xHCI 1.2 §6.4.1.4.
    ///
    /// @param interrupter 0..1023
    /// @param flags `EVALUATE_NEXT`, `CHAIN`, `INTERRUPT_ON_COMPLETION`
    record NoOp(int interrupter, int flags) implements Trb {
        /// Type.
        public static final int TYPE = 8;
    }

    /// Command: take a device slot, xHCI 1.2 §6.4.3.2.
    ///
    /// @param slotType 0..31, of the Supported Protocol capability
    record EnableSlot(int slotType) implements Trb {
        /// Type.
        public static final int TYPE = 9;
    }

    /// Command: release a slot, xHCI 1.2 §6.4.3.3.
    ///
    /// @param slot 0..255
    record DisableSlot(int slot) implements Trb {
        /// Type.
        public static final int TYPE = 10;
    }

    /// Command: give the device an address, xHCI 1.2 §6.4.3.4.
    ///
    /// @param inputContext address; bits 3:0 are 0
    /// @param slot 0..255
    /// @param blockSetAddress only set the contexts up, send nothing
    record AddressDevice(long inputContext, int slot, boolean blockSetAddress) implements Trb {
        /// Type.
        public static final int TYPE = 11;
    }

    /// Command: add and drop endpoints, xHCI 1.2 §6.4.3.5.
    ///
    /// @param inputContext address; bits 3:0 are 0; unused with `deconfigure`
    /// @param slot 0..255
    /// @param deconfigure drop all endpoints but the control endpoint
    record ConfigureEndpoint(long inputContext, int slot, boolean deconfigure) implements Trb {
        /// Type.
        public static final int TYPE = 12;
    }

    /// Command: take changed context fields over, xHCI 1.2 §6.4.3.6.
    ///
    /// @param inputContext address; bits 3:0 are 0
    /// @param slot 0..255
    record EvaluateContext(long inputContext, int slot) implements Trb {
        /// Type.
        public static final int TYPE = 13;
    }

    /// Command: leave the halted state, xHCI 1.2 §6.4.3.7.
    ///
    /// @param slot 0..255
    /// @param endpoint 0..31
    /// @param preserveTransferState keep data toggle and go on where it halted
    record ResetEndpoint(int slot, int endpoint, boolean preserveTransferState) implements Trb {
        /// Type.
        public static final int TYPE = 14;
    }

    /// Command: stop the transfers of an endpoint, xHCI 1.2 §6.4.3.8.
    ///
    /// @param slot 0..255
    /// @param endpoint 0..31
    /// @param suspend the device is about to be suspended
    record StopEndpoint(int slot, int endpoint, boolean suspend) implements Trb {
        /// Type.
        public static final int TYPE = 15;
    }

    /// Command: move an endpoint to another TRB, xHCI 1.2 §6.4.3.9.
    ///
    /// @param dequeue address of the next TRB; bits 3:0 are 0
    /// @param dequeueCycle cycle bit that the controller is to expect there
    /// @param streamType stream context type, 0..7; 0 without streams
    /// @param stream 0..65535; 0 without streams
    /// @param slot 0..255
    /// @param endpoint 0..31
    record SetTrDequeuePointer(long dequeue, boolean dequeueCycle, int streamType, int stream, int slot, int endpoint)
            implements Trb {
        /// Type.
        public static final int TYPE = 16;
    }

    /// Command: the device was reset, xHCI 1.2 §6.4.3.10.
    ///
    /// @param slot 0..255
    record ResetDevice(int slot) implements Trb {
        /// Type.
        public static final int TYPE = 17;
    }

    /// Command: only completes, xHCI 1.2 §6.4.3.1.
    record NoOpCommand() implements Trb {
        /// Type.
        public static final int TYPE = 23;
    }

    /// Event: a transfer TRB ended, xHCI 1.2 §6.4.2.1.
    ///
    /// @param trb address of the TRB, or the data of an [EventData] with `eventData`
    /// @param length bytes not moved; with `eventData` bytes moved; 0..16777215
    /// @param code how it ended
    /// @param eventData whether `trb` is data of the driver's own
    /// @param slot 0..255
    /// @param endpoint 0..31
    record TransferEvent(long trb, int length, CompletionCode code, boolean eventData, int slot, int endpoint)
            implements Trb {
        /// Type.
        public static final int TYPE = 32;
    }

    /// Event: a command ended, xHCI 1.2 §6.4.2.2.
    ///
    /// @param trb address of the command; bits 3:0 are 0
    /// @param parameter by command, 0..16777215
    /// @param code how it ended
    /// @param virtualFunction 0..255
    /// @param slot 0..255
    record CommandCompletionEvent(long trb, int parameter, CompletionCode code, int virtualFunction, int slot)
            implements Trb {
        /// Type.
        public static final int TYPE = 33;
    }

    /// Event: a change bit of a port was set, xHCI 1.2 §6.4.2.3.
    ///
    /// @param port 1..255
    /// @param code always success
    record PortStatusChangeEvent(int port, CompletionCode code) implements Trb {
        /// Type.
        public static final int TYPE = 34;
    }

    /// Event: the controller has a problem, xHCI 1.2 §6.4.2.6.
    ///
    /// @param code e.g. event ring full
    record HostControllerEvent(CompletionCode code) implements Trb {
        /// Type.
        public static final int TYPE = 37;
    }

    /// Event: the microframe index wrapped, xHCI 1.2 §6.4.2.8.
    ///
    /// @param code always success
    record MfindexWrapEvent(CompletionCode code) implements Trb {
        /// Type.
        public static final int TYPE = 39;
    }

    /// A type this codec does not know; a controller answers one on a ring with TRB Error.
    ///
    /// @param type 0..63
    record Unknown(int type) implements Trb {}

    /// {@return the cycle bit of the block at `at`}
    ///
    /// @param ring memory of the ring, native or aligned to 4 bytes
    /// @param at offset of the block, a multiple of 4
    static boolean cycle(MemorySegment ring, long at) {
        // ORDER: acquire; pairs with the release in write(). After this read the rest of the block is seen.
        return (ControlWord.getAcquire(ring, at + CONTROL) & CYCLE) != 0;
    }

    /// {@return the type of the block at `at`, 0..63}
    ///
    /// @param ring memory of the ring
    /// @param at offset of the block
    static int type(MemorySegment ring, long at) {
        return LittleEndian.i32(ring, at + CONTROL) >>> TYPE_SHIFT & TYPE_MASK;
    }

    /// {@return the block at `at`, whoever owns it}
    ///
    /// @param ring memory of the ring
    /// @param at offset of the block
    static Trb decode(MemorySegment ring, long at) {
        long parameter = LittleEndian.i64(ring, at + PARAMETER);
        int status = LittleEndian.i32(ring, at + STATUS);
        int control = LittleEndian.i32(ring, at + CONTROL);
        int type = control >>> TYPE_SHIFT & TYPE_MASK;
        return type < TransferEvent.TYPE
                ? decodeWork(type, parameter, status, control)
                : decodeEvent(type, parameter, status, control);
    }

    private static Trb decodeWork(int type, long parameter, int status, int control) {
        int length = status & LENGTH_MASK;
        int tdSize = status >>> TD_SIZE_SHIFT & 0x1F;
        int interrupter = status >>> INTERRUPTER_SHIFT;
        boolean in = (control & ControlWord.IN) != 0;
        int slot = control >>> SLOT_SHIFT;
        int endpoint = control >>> ENDPOINT_SHIFT & 0x1F;
        boolean bit9 = (control & ControlWord.BIT_9) != 0;
        return switch (type) {
            case Normal.TYPE -> new Normal(parameter, length, tdSize, interrupter, control & ControlWord.NORMAL_FLAGS);
            case SetupStage.TYPE ->
                new SetupStage(
                        SetupPacket.ofLong(parameter),
                        length,
                        interrupter,
                        control & ControlWord.SETUP_FLAGS,
                        control >>> 16 & 3);
            case DataStage.TYPE ->
                new DataStage(parameter, length, tdSize, interrupter, control & ControlWord.DATA_FLAGS, in);
            case StatusStage.TYPE -> new StatusStage(interrupter, control & ControlWord.STATUS_FLAGS, in);
            case Link.TYPE ->
                new Link(parameter & ControlWord.POINTER, interrupter, control & ControlWord.STATUS_FLAGS);
            case EventData.TYPE -> new EventData(parameter, interrupter, control & ControlWord.EVENT_DATA_FLAGS);
            case NoOp.TYPE -> new NoOp(interrupter, control & ControlWord.STATUS_FLAGS);
            case EnableSlot.TYPE -> new EnableSlot(endpoint);
            case DisableSlot.TYPE -> new DisableSlot(slot);
            case AddressDevice.TYPE -> new AddressDevice(parameter & ControlWord.POINTER, slot, bit9);
            case ConfigureEndpoint.TYPE -> new ConfigureEndpoint(parameter & ControlWord.POINTER, slot, bit9);
            case EvaluateContext.TYPE -> new EvaluateContext(parameter & ControlWord.POINTER, slot);
            case ResetEndpoint.TYPE -> new ResetEndpoint(slot, endpoint, bit9);
            case StopEndpoint.TYPE -> new StopEndpoint(slot, endpoint, (control & ControlWord.SUSPEND) != 0);
            case SetTrDequeuePointer.TYPE ->
                new SetTrDequeuePointer(
                        parameter & ControlWord.POINTER,
                        (parameter & 1) != 0,
                        (int) parameter >>> 1 & 7,
                        status >>> 16,
                        slot,
                        endpoint);
            case ResetDevice.TYPE -> new ResetDevice(slot);
            case NoOpCommand.TYPE -> new NoOpCommand();
            default -> new Unknown(type);
        };
    }

    private static Trb decodeEvent(int type, long parameter, int status, int control) {
        CompletionCode code = CompletionCode.of(status >>> COMPLETION_SHIFT);
        int low = status & EVENT_LENGTH_MASK;
        int slot = control >>> SLOT_SHIFT;
        return switch (type) {
            case TransferEvent.TYPE ->
                new TransferEvent(
                        parameter,
                        low,
                        code,
                        (control & ControlWord.EVENT_DATA) != 0,
                        slot,
                        control >>> ENDPOINT_SHIFT & 0x1F);
            case CommandCompletionEvent.TYPE ->
                new CommandCompletionEvent(parameter & ControlWord.POINTER, low, code, control >>> 16 & 0xFF, slot);
            case PortStatusChangeEvent.TYPE -> new PortStatusChangeEvent((int) parameter >>> 24, code);
            case HostControllerEvent.TYPE -> new HostControllerEvent(code);
            case MfindexWrapEvent.TYPE -> new MfindexWrapEvent(code);
            default -> new Unknown(type);
        };
    }

    /// {@return type, 0..63}
    default int type() {
        return switch (this) {
            case Normal _ -> Normal.TYPE;
            case SetupStage _ -> SetupStage.TYPE;
            case DataStage _ -> DataStage.TYPE;
            case StatusStage _ -> StatusStage.TYPE;
            case Link _ -> Link.TYPE;
            case EventData _ -> EventData.TYPE;
            case NoOp _ -> NoOp.TYPE;
            case EnableSlot _ -> EnableSlot.TYPE;
            case DisableSlot _ -> DisableSlot.TYPE;
            case AddressDevice _ -> AddressDevice.TYPE;
            case ConfigureEndpoint _ -> ConfigureEndpoint.TYPE;
            case EvaluateContext _ -> EvaluateContext.TYPE;
            case ResetEndpoint _ -> ResetEndpoint.TYPE;
            case StopEndpoint _ -> StopEndpoint.TYPE;
            case SetTrDequeuePointer _ -> SetTrDequeuePointer.TYPE;
            case ResetDevice _ -> ResetDevice.TYPE;
            case NoOpCommand _ -> NoOpCommand.TYPE;
            case TransferEvent _ -> TransferEvent.TYPE;
            case CommandCompletionEvent _ -> CommandCompletionEvent.TYPE;
            case PortStatusChangeEvent _ -> PortStatusChangeEvent.TYPE;
            case HostControllerEvent _ -> HostControllerEvent.TYPE;
            case MfindexWrapEvent _ -> MfindexWrapEvent.TYPE;
            case Unknown unknown -> unknown.type;
        };
    }

    /// Writes [#BYTES] bytes, the cycle bit last. `Unknown` is its type and zeroes.
    ///
    /// @param ring memory of the ring, native or aligned to 4 bytes
    /// @param at offset of the block, a multiple of 4
    /// @param cycle the producer's cycle bit
    default void encode(MemorySegment ring, long at, boolean cycle) {
        write(ring, at, parameter(), status(), control() | type() << TYPE_SHIFT, cycle);
    }

    /// Writes a raw block of [#BYTES] bytes, the cycle bit last.
    ///
    /// @param ring memory of the ring, native or aligned to 4 bytes
    /// @param at offset of the block, a multiple of 4
    /// @param parameter all 64 bits
    /// @param status all 32 bits
    /// @param control flags, type and the rest; bit 0 is replaced
    /// @param cycle the producer's cycle bit
    static void write(MemorySegment ring, long at, long parameter, int status, int control, boolean cycle) {
        LittleEndian.put64(ring, at + PARAMETER, parameter);
        LittleEndian.put32(ring, at + STATUS, status);
        // ORDER: release; pairs with the acquire in cycle(). Who sees the new cycle bit sees the rest too.
        ControlWord.setRelease(ring, at + CONTROL, control & ~CYCLE | (cycle ? CYCLE : 0));
    }

    private long parameter() {
        return switch (this) {
            case Normal normal -> normal.buffer;
            case SetupStage stage -> stage.setup.toLong();
            case DataStage stage -> stage.buffer;
            case Link link -> link.segment & ControlWord.POINTER;
            case EventData event -> event.data;
            case AddressDevice command -> command.inputContext & ControlWord.POINTER;
            case ConfigureEndpoint command -> command.inputContext & ControlWord.POINTER;
            case EvaluateContext command -> command.inputContext & ControlWord.POINTER;
            case SetTrDequeuePointer command ->
                command.dequeue & ControlWord.POINTER | (command.streamType & 7L) << 1 | (command.dequeueCycle ? 1 : 0);
            case TransferEvent event -> event.trb;
            case CommandCompletionEvent event -> event.trb & ControlWord.POINTER;
            case PortStatusChangeEvent event -> (event.port & 0xFFL) << 24;
            default -> 0;
        };
    }

    private int status() {
        return switch (this) {
            case Normal normal -> transferStatus(normal.length, normal.tdSize, normal.interrupter);
            case SetupStage stage -> transferStatus(stage.length, 0, stage.interrupter);
            case DataStage stage -> transferStatus(stage.length, stage.tdSize, stage.interrupter);
            case StatusStage stage -> transferStatus(0, 0, stage.interrupter);
            case Link link -> transferStatus(0, 0, link.interrupter);
            case EventData event -> transferStatus(0, 0, event.interrupter);
            case NoOp noOp -> transferStatus(0, 0, noOp.interrupter);
            case SetTrDequeuePointer command -> command.stream << 16;
            case TransferEvent event -> eventStatus(event.code, event.length);
            case CommandCompletionEvent event -> eventStatus(event.code, event.parameter);
            case PortStatusChangeEvent event -> eventStatus(event.code, 0);
            case HostControllerEvent event -> eventStatus(event.code, 0);
            case MfindexWrapEvent event -> eventStatus(event.code, 0);
            default -> 0;
        };
    }

    private static int transferStatus(int length, int tdSize, int interrupter) {
        return length & LENGTH_MASK | (tdSize & 0x1F) << TD_SIZE_SHIFT | interrupter << INTERRUPTER_SHIFT;
    }

    private static int eventStatus(CompletionCode code, int low) {
        return code.number() << COMPLETION_SHIFT | low & EVENT_LENGTH_MASK;
    }

    private int control() {
        return switch (this) {
            case Normal normal -> normal.flags & ControlWord.NORMAL_FLAGS;
            case SetupStage stage -> stage.flags & ControlWord.SETUP_FLAGS | (stage.transferType & 3) << 16;
            case DataStage stage -> stage.flags & ControlWord.DATA_FLAGS | (stage.in ? ControlWord.IN : 0);
            case StatusStage stage -> stage.flags & ControlWord.STATUS_FLAGS | (stage.in ? ControlWord.IN : 0);
            case Link link -> link.flags & ControlWord.STATUS_FLAGS;
            case EventData event -> event.flags & ControlWord.EVENT_DATA_FLAGS;
            case NoOp noOp -> noOp.flags & ControlWord.STATUS_FLAGS;
            case EnableSlot command -> target(0, command.slotType);
            case DisableSlot command -> target(command.slot, 0);
            case AddressDevice command -> target(command.slot, 0) | (command.blockSetAddress ? ControlWord.BIT_9 : 0);
            case ConfigureEndpoint command -> target(command.slot, 0) | (command.deconfigure ? ControlWord.BIT_9 : 0);
            case EvaluateContext command -> target(command.slot, 0);
            case ResetEndpoint command ->
                target(command.slot, command.endpoint) | (command.preserveTransferState ? ControlWord.BIT_9 : 0);
            case StopEndpoint command ->
                target(command.slot, command.endpoint) | (command.suspend ? ControlWord.SUSPEND : 0);
            case SetTrDequeuePointer command -> target(command.slot, command.endpoint);
            case ResetDevice command -> target(command.slot, 0);
            case TransferEvent event ->
                target(event.slot, event.endpoint) | (event.eventData ? ControlWord.EVENT_DATA : 0);
            case CommandCompletionEvent event -> target(event.slot, 0) | (event.virtualFunction & 0xFF) << 16;
            case NoOpCommand _, PortStatusChangeEvent _, HostControllerEvent _, MfindexWrapEvent _, Unknown _ -> 0;
        };
    }

    private static int target(int slot, int endpoint) {
        return slot << SLOT_SHIFT | (endpoint & 0x1F) << ENDPOINT_SHIFT;
    }
}
