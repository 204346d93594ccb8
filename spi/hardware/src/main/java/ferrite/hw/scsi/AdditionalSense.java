package ferrite.hw.scsi;

import java.util.Optional;

/// Common additional sense codes with their qualifier and the key they usually come with (SPC-4, table of
/// ASC and ASCQ assignments).
public enum AdditionalSense {
    /// 00/00.
    NO_ADDITIONAL_SENSE(SenseKey.NO_SENSE, 0x00, 0x00),
    /// 04/00, cause not reportable.
    LOGICAL_UNIT_NOT_READY(SenseKey.NOT_READY, 0x04, 0x00),
    /// 04/01.
    BECOMING_READY(SenseKey.NOT_READY, 0x04, 0x01),
    /// 04/02: START STOP UNIT is needed.
    INITIALIZING_COMMAND_REQUIRED(SenseKey.NOT_READY, 0x04, 0x02),
    /// 0C/00.
    WRITE_ERROR(SenseKey.MEDIUM_ERROR, 0x0C, 0x00),
    /// 11/00.
    UNRECOVERED_READ_ERROR(SenseKey.MEDIUM_ERROR, 0x11, 0x00),
    /// 1A/00.
    PARAMETER_LIST_LENGTH_ERROR(SenseKey.ILLEGAL_REQUEST, 0x1A, 0x00),
    /// 1D/00.
    MISCOMPARE_DURING_VERIFY(SenseKey.MISCOMPARE, 0x1D, 0x00),
    /// 20/00.
    INVALID_COMMAND_OPERATION_CODE(SenseKey.ILLEGAL_REQUEST, 0x20, 0x00),
    /// 21/00.
    LOGICAL_BLOCK_ADDRESS_OUT_OF_RANGE(SenseKey.ILLEGAL_REQUEST, 0x21, 0x00),
    /// 24/00.
    INVALID_FIELD_IN_CDB(SenseKey.ILLEGAL_REQUEST, 0x24, 0x00),
    /// 25/00.
    LOGICAL_UNIT_NOT_SUPPORTED(SenseKey.ILLEGAL_REQUEST, 0x25, 0x00),
    /// 26/00.
    INVALID_FIELD_IN_PARAMETER_LIST(SenseKey.ILLEGAL_REQUEST, 0x26, 0x00),
    /// 27/00.
    WRITE_PROTECTED(SenseKey.DATA_PROTECT, 0x27, 0x00),
    /// 28/00: not ready to ready change.
    MEDIUM_MAY_HAVE_CHANGED(SenseKey.UNIT_ATTENTION, 0x28, 0x00),
    /// 29/00.
    POWER_ON_OR_RESET(SenseKey.UNIT_ATTENTION, 0x29, 0x00),
    /// 2A/09.
    CAPACITY_DATA_HAS_CHANGED(SenseKey.UNIT_ATTENTION, 0x2A, 0x09),
    /// 39/00.
    SAVING_PARAMETERS_NOT_SUPPORTED(SenseKey.ILLEGAL_REQUEST, 0x39, 0x00),
    /// 3A/00.
    MEDIUM_NOT_PRESENT(SenseKey.NOT_READY, 0x3A, 0x00),
    /// 44/00.
    INTERNAL_TARGET_FAILURE(SenseKey.HARDWARE_ERROR, 0x44, 0x00),
    /// 53/02.
    MEDIUM_REMOVAL_PREVENTED(SenseKey.ILLEGAL_REQUEST, 0x53, 0x02);

    private final SenseKey key;
    private final int code;
    private final int qualifier;

    AdditionalSense(SenseKey key, int code, int qualifier) {
        this.key = key;
        this.code = code;
        this.qualifier = qualifier;
    }

    /// {@return the pair with that name here; empty for other pairs}
    ///
    /// @param asc additional sense code, 0..255
    /// @param ascq its qualifier, 0..255
    public static Optional<AdditionalSense> of(int asc, int ascq) {
        for (AdditionalSense sense : values()) {
            if (sense.code == asc && sense.qualifier == ascq) {
                return Optional.of(sense);
            }
        }
        return Optional.empty();
    }

    /// {@return the key it usually comes with}
    public SenseKey key() {
        return key;
    }

    /// {@return additional sense code, 0..255}
    public int asc() {
        return code;
    }

    /// {@return additional sense code qualifier, 0..255}
    public int ascq() {
        return qualifier;
    }
}
