package ferrite.driver.usbscsid;

import ferrite.spi.error.Errno;

/// How a command ended, as the bulk-only transport tells it.
sealed interface Outcome {
    /// It did what it says.
    ///
    /// @param moved bytes of data
    record Passed(long moved) implements Outcome {}

    /// It failed; REQUEST SENSE tells why.
    ///
    /// @param moved bytes of data before the failure
    record Failed(long moved) implements Outcome {}

    /// The transport failed; the device was recovered, if it is still there.
    ///
    /// @param errno ENODEV, ETIMEDOUT, EIO
    record Broken(Errno errno) implements Outcome {}
}
