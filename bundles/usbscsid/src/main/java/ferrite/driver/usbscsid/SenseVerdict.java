package ferrite.driver.usbscsid;

import ferrite.hw.scsi.AdditionalSense;
import ferrite.hw.scsi.SenseData;
import ferrite.spi.error.Errno;

/// What a check condition means for the request that met it (SPC-4 §4.5.6, SBC-3 §4.18).
sealed interface SenseVerdict {
    /// The command is fine after all: recovered errors, and devices that fail without a reason.
    record Fine() implements SenseVerdict {}

    /// Ask again, a bounded number of times: reset, changed medium, aborted command, not ready yet.
    ///
    /// @param errno if it does not get better
    record Again(Errno errno) implements SenseVerdict {}

    /// The request fails.
    record Fails(Errno errno) implements SenseVerdict {}

    /// @param writes whether the command writes to the medium
    static SenseVerdict of(SenseData sense, boolean writes) {
        return switch (sense.key()) {
            case NO_SENSE, RECOVERED_ERROR, COMPLETED -> new Fine();
            case UNIT_ATTENTION, ABORTED_COMMAND -> new Again(Errno.EIO);
            case NOT_READY -> notReady(sense);
            case ILLEGAL_REQUEST -> new Fails(illegal(sense, writes));
            case DATA_PROTECT -> new Fails(Errno.EROFS);
            case VOLUME_OVERFLOW -> new Fails(Errno.ENOSPC);
            case MEDIUM_ERROR, HARDWARE_ERROR, BLANK_CHECK, VENDOR_SPECIFIC, COPY_ABORTED, RESERVED, MISCOMPARE ->
                new Fails(Errno.EIO);
        };
    }

    private static SenseVerdict notReady(SenseData sense) {
        if (sense.asc() == AdditionalSense.MEDIUM_NOT_PRESENT.asc()) {
            return new Fails(Errno.ENXIO);
        }
        return sense.asc() == AdditionalSense.BECOMING_READY.asc() ? new Again(Errno.EAGAIN) : new Fails(Errno.EIO);
    }

    private static Errno illegal(SenseData sense, boolean writes) {
        if (sense.asc() == AdditionalSense.LOGICAL_BLOCK_ADDRESS_OUT_OF_RANGE.asc()) {
            return writes ? Errno.ENOSPC : Errno.EINVAL;
        }
        return sense.asc() == AdditionalSense.INVALID_COMMAND_OPERATION_CODE.asc() ? Errno.EOPNOTSUPP : Errno.EINVAL;
    }
}
