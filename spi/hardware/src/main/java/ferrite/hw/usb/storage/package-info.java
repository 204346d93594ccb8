/// USB mass storage class, Bulk-Only Transport 1.0.
///
/// Start reading at [ferrite.hw.usb.storage.CommandBlockWrapper].
@NullMarked
package ferrite.hw.usb.storage;

import org.jspecify.annotations.NullMarked;
