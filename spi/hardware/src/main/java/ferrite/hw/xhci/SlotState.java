package ferrite.hw.xhci;

/// State of a device slot: five bits (xHCI 1.2 §6.2.2, §4.5.3).
public enum SlotState {
    /// 0: no address yet.
    DISABLED_OR_ENABLED(0),
    /// 1: default address, reset done.
    DEFAULT(1),
    /// 2: has an address.
    ADDRESSED(2),
    /// 3: endpoints are configured.
    CONFIGURED(3),
    /// 4: reserved numbers 4..31; written as 4.
    RESERVED(4);

    private static final SlotState[] BY_CODE = values();

    private final int code;

    SlotState(int code) {
        this.code = code;
    }

    /// {@return the state in the low bits; reserved numbers give RESERVED}
    ///
    /// @param bits field of the context
    public static SlotState of(int bits) {
        return BY_CODE[Math.min(bits & 0x1F, BY_CODE.length - 1)];
    }

    /// {@return the number on the wire}
    public int code() {
        return code;
    }
}
