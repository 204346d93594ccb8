/// eXtensible Host Controller Interface 1.2: transfer request blocks, contexts and registers.
///
/// Start reading at [ferrite.hw.xhci.Trb].
@NullMarked
package ferrite.hw.xhci;

import org.jspecify.annotations.NullMarked;
