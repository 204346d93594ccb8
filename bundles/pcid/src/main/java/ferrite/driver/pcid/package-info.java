/// The PCI bus driver. Start reading at [PciDriver]; [PciScheme] is what clients see, [BusEnumerator] and
/// [BarAssignment] are what happens at start.
@NullMarked
package ferrite.driver.pcid;

import org.jspecify.annotations.NullMarked;
