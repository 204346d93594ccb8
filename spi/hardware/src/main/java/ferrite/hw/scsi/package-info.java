/// SCSI commands and data that a block device needs (SPC-4, SBC-3). All fields are big-endian.
///
/// Start reading at [ferrite.hw.scsi.Cdb].
@NullMarked
package ferrite.hw.scsi;

import org.jspecify.annotations.NullMarked;
