package ferrite.device.usbstick;

import ferrite.hw.scsi.AdditionalSense;
import java.lang.foreign.MemorySegment;

/// What the disk makes of a command: how many bytes it wants to move, which way, and from or to where.
sealed interface ScsiOutcome {
    /// Done, no data.
    ScsiOutcome DONE = new Done();

    /// Done, no data.
    record Done() implements ScsiOutcome {}

    /// Done, no data, once everything that was written before is on the medium.
    record Sync() implements ScsiOutcome {}

    /// CHECK CONDITION, no data; the disk has stored the sense.
    ///
    /// @param cause key, code and qualifier
    record Failed(AdditionalSense cause) implements ScsiOutcome {}

    /// Bytes to the host that the disk has made up.
    ///
    /// @param bytes cut to the allocation length
    record Reply(MemorySegment bytes) implements ScsiOutcome {}

    /// Blocks to the host.
    ///
    /// @param position of the first byte in the image
    /// @param bytes whole blocks, 1 and up
    record Read(long position, long bytes) implements ScsiOutcome {}

    /// Blocks from the host.
    ///
    /// @param position of the first byte in the image
    /// @param bytes whole blocks, 1 and up
    /// @param durable force unit access: on the medium before the status
    record Write(long position, long bytes, boolean durable) implements ScsiOutcome {}
}
