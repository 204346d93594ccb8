/// A PCI host bridge: function 0000:00:00.0, the functions behind it, the enhanced configuration mechanism, one memory
/// window, and the way of messages to the kernel.
///
/// A request from a driver goes `PciHostBridge` → `BridgeFiles` (which file) → `PciBus` (which function) →
/// `FunctionLink` (its ring); a message goes `FunctionLink` → `MessagePort`.
/// Start reading at [ferrite.device.pcihostbridge.PciHostBridge].
@NullMarked
package ferrite.device.pcihostbridge;

import org.jspecify.annotations.NullMarked;
