package ferrite.hw.scsi;

/// What kind of thing went wrong: four bits (SPC-4). Every value has a name.
public enum SenseKey {
    /// 0h: nothing to report.
    NO_SENSE(0),
    /// 1h: done, with some recovery.
    RECOVERED_ERROR(1),
    /// 2h: the unit cannot be used now.
    NOT_READY(2),
    /// 3h: flaw of the medium.
    MEDIUM_ERROR(3),
    /// 4h: flaw of the device.
    HARDWARE_ERROR(4),
    /// 5h: bad command block or parameter.
    ILLEGAL_REQUEST(5),
    /// 6h: something changed, e.g. the medium or a reset.
    UNIT_ATTENTION(6),
    /// 7h: the block is protected.
    DATA_PROTECT(7),
    /// 8h: blank or not blank where the other was expected.
    BLANK_CHECK(8),
    /// 9h.
    VENDOR_SPECIFIC(9),
    /// Ah: a copy command failed at one end.
    COPY_ABORTED(10),
    /// Bh: the device gave up; the command may be retried.
    ABORTED_COMMAND(11),
    /// Ch: reserved (obsolete "equal").
    RESERVED(12),
    /// Dh: data left over at the end of the medium.
    VOLUME_OVERFLOW(13),
    /// Eh: data differ from the medium.
    MISCOMPARE(14),
    /// Fh: progress or completion report.
    COMPLETED(15);

    private static final SenseKey[] BY_CODE = values();

    private final int code;

    SenseKey(int code) {
        this.code = code;
    }

    /// {@return the key in bits 3:0; the others are ignored}
    ///
    /// @param bits byte 2 of fixed format sense data
    public static SenseKey of(int bits) {
        return BY_CODE[bits & 0xF];
    }

    /// {@return the number on the wire, 0..15}
    public int code() {
        return code;
    }
}
