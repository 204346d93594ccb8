/// PCI and PCI Express configuration formats (PCI Local Bus 3.0 chapter 6, PCI Express Base 4.0 chapter 7),
/// and the private ring opcodes of the pcid driver.
///
/// Start reading at [ferrite.hw.pci.ConfigSpace].
@NullMarked
package ferrite.hw.pci;

import org.jspecify.annotations.NullMarked;
