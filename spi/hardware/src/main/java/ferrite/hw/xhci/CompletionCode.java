package ferrite.hw.xhci;

/// How a TRB ended: eight bits of an event TRB (xHCI 1.2 §6.4.5). Every value has a name; the
/// reserved and the two vendor ranges have one each.
public enum CompletionCode {
    /// 0: Not a code a controller sends.
    INVALID(0),
    /// 1: Done.
    SUCCESS(1),
    /// 2: Overrun or underrun of the controller's buffer.
    DATA_BUFFER_ERROR(2),
    /// 3: The device sent more than asked for.
    BABBLE_DETECTED(3),
    /// 4: No valid answer from the device.
    USB_TRANSACTION_ERROR(4),
    /// 5: A field of the TRB is wrong.
    TRB_ERROR(5),
    /// 6: STALL handshake; the endpoint is halted.
    STALL_ERROR(6),
    /// 7: The controller lacks resources.
    RESOURCE_ERROR(7),
    /// 8: Not enough periodic bandwidth.
    BANDWIDTH_ERROR(8),
    /// 9: All device slots are taken.
    NO_SLOTS_AVAILABLE(9),
    /// 10: Stream context type is wrong.
    INVALID_STREAM_TYPE(10),
    /// 11: Command for a disabled slot.
    SLOT_NOT_ENABLED(11),
    /// 12: Doorbell for a disabled endpoint.
    ENDPOINT_NOT_ENABLED(12),
    /// 13: Fewer bytes than the TRB asked for.
    SHORT_PACKET(13),
    /// 14: Isochronous OUT ring is empty.
    RING_UNDERRUN(14),
    /// 15: Isochronous IN ring is empty.
    RING_OVERRUN(15),
    /// 16: Event ring of a virtual function is full.
    VF_EVENT_RING_FULL(16),
    /// 17: A context field is wrong.
    PARAMETER_ERROR(17),
    /// 18: Isochronous data exceed the reservation.
    BANDWIDTH_OVERRUN(18),
    /// 19: Command not allowed in this state.
    CONTEXT_STATE_ERROR(19),
    /// 20: No PING answer in time.
    NO_PING_RESPONSE(20),
    /// 21: The event ring has no room.
    EVENT_RING_FULL(21),
    /// 22: The device cannot be handled.
    INCOMPATIBLE_DEVICE(22),
    /// 23: An isochronous interval was missed.
    MISSED_SERVICE(23),
    /// 24: The command ring stopped.
    COMMAND_RING_STOPPED(24),
    /// 25: The command was aborted.
    COMMAND_ABORTED(25),
    /// 26: Stopped by Stop Endpoint in a TRB.
    STOPPED(26),
    /// 27: Stopped; the length of the event means nothing.
    STOPPED_LENGTH_INVALID(27),
    /// 28: Stopped after a short packet.
    STOPPED_SHORT_PACKET(28),
    /// 29: Evaluate Context with a latency that cannot be met.
    MAX_EXIT_LATENCY_TOO_LARGE(29),
    /// 31: Isochronous IN data exceed the buffer.
    ISOCH_BUFFER_OVERRUN(31),
    /// 32: An event was lost.
    EVENT_LOST(32),
    /// 33: Other error of the controller.
    UNDEFINED_ERROR(33),
    /// 34: Stream id is out of range.
    INVALID_STREAM_ID(34),
    /// 35: Not enough bandwidth on a secondary domain.
    SECONDARY_BANDWIDTH(35),
    /// 36: Error in a split transaction.
    SPLIT_TRANSACTION(36),
    /// 37: Reserved: 30 and 37..191; written as 37.
    RESERVED(37),
    /// 192: Vendor's errors: 192..223; written as 192.
    VENDOR_DEFINED_ERROR(192),
    /// 224: Vendor's information: 224..255; written as 224.
    VENDOR_DEFINED_INFO(224);

    private static final CompletionCode[] BY_NUMBER = new CompletionCode[256];

    static {
        for (int number = 0; number < BY_NUMBER.length; number++) {
            BY_NUMBER[number] = number >= 224 ? VENDOR_DEFINED_INFO : number >= 192 ? VENDOR_DEFINED_ERROR : RESERVED;
        }
        for (CompletionCode code : values()) {
            BY_NUMBER[code.number] = code;
        }
    }

    private final int number;

    CompletionCode(int number) {
        this.number = number;
    }

    /// {@return the code in bits 7:0; the others are ignored}
    ///
    /// @param bits completion code field
    public static CompletionCode of(int bits) {
        return BY_NUMBER[bits & 0xFF];
    }

    /// {@return the number on the wire, 0..255}
    public int number() {
        return number;
    }
}
