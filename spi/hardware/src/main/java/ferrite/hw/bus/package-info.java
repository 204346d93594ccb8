/// The project's own wire between a bus driver, its bridge and the device model behind it: private ring
/// opcodes (128 and up). The fields named `SQE.x` and `CQE.x` are those of the ring ABI.
///
/// Start reading at [ferrite.hw.bus.PciBusOperation].
@NullMarked
package ferrite.hw.bus;

import org.jspecify.annotations.NullMarked;
