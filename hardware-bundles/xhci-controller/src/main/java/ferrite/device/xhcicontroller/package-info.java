/// An xHCI 1.2 host controller as a PCI function.
///
/// ```
///  bridge --CONFIG_…--> PciFunction          events: Interrupter > EventRingWriter > MsixTable --message--> bridge
///  bridge --MEMORY_…--> Registers -> RunState
///                                 -> CommandRingReader -> SlotCommands -> DeviceSlot, Endpoint
///                                 -> doorbell -> TransferEngine -> Endpoint, TransferRingReader
///                                 -> RootHub -> RootHubPort             |
///                                                     PortLink <--------+  packets --> device model
/// ```
///
/// Start reading at [ferrite.device.xhcicontroller.XhciController], then
/// [ferrite.device.xhcicontroller.TransferEngine].
@NullMarked
package ferrite.device.xhcicontroller;

import org.jspecify.annotations.NullMarked;
