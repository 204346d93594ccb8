/// The driver of xHCI USB host controllers (xHCI 1.2). Start reading at [XhciDriver]; then [HostController] for the
/// way down, [XhciScheme] for the way up, and [Endpoint] for the data path between them.
@NullMarked
package ferrite.driver.xhcid;

import org.jspecify.annotations.NullMarked;
