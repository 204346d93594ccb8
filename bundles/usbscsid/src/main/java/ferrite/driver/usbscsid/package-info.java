/// The driver of SCSI disks behind USB (BOT 1.0, SPC-4, SBC-3). Start reading at [ScsiDiskDriver];
/// [BulkOnlyTransport] moves one command, [DiskQueue] makes commands out of requests, [DiskScheme] is what clients
/// see.
@NullMarked
package ferrite.driver.usbscsid;

import org.jspecify.annotations.NullMarked;
