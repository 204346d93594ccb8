package ferrite.hw.xhci;

/// State of an endpoint: three bits (xHCI 1.2 §6.2.3, §4.8.3).
public enum EndpointState {
    /// 0: not configured.
    DISABLED(0),
    /// 1: takes TRBs when its doorbell rings.
    RUNNING(1),
    /// 2: after a stall or transaction error.
    HALTED(2),
    /// 3: after Stop Endpoint or Reset Endpoint.
    STOPPED(3),
    /// 4: after a TRB Error.
    ERROR(4),
    /// 5: reserved numbers 5..7; written as 5.
    RESERVED(5);

    private static final EndpointState[] BY_CODE = values();

    private final int code;

    EndpointState(int code) {
        this.code = code;
    }

    /// {@return the state in the low bits; reserved numbers give RESERVED}
    ///
    /// @param bits field of the context
    public static EndpointState of(int bits) {
        return BY_CODE[Math.min(bits & 0x7, BY_CODE.length - 1)];
    }

    /// {@return the number on the wire}
    public int code() {
        return code;
    }
}
