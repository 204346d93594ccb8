/// USB 2.0 and USB 3.x formats seen by software (chapter 9 of both), and the private ring opcodes of xhcid.
///
/// Start reading at [ferrite.hw.usb.UsbDescriptor].
@NullMarked
package ferrite.hw.usb;

import org.jspecify.annotations.NullMarked;
