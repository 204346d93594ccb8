/// A USB stick: one logical unit of SCSI transparent mass storage behind Bulk-Only Transport, its blocks in a raw
/// image file of the host.
///
/// Data flows one way through the classes: [ferrite.device.usbstick.UsbStick] receives bus packets,
/// [ferrite.device.usbstick.BulkPipes] holds back what the device is not ready for,
/// [ferrite.device.usbstick.BulkOnlyTransport] runs the three phases of a command,
/// [ferrite.device.usbstick.ScsiDisk] decides what a command means and [ferrite.device.usbstick.ImageFile] moves bytes.
/// Start reading at [ferrite.device.usbstick.UsbStick].
@NullMarked
package ferrite.device.usbstick;

import org.jspecify.annotations.NullMarked;
