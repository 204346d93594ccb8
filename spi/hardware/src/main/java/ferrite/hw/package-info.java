/// Values used by every hardware format.
///
/// Start reading at [ferrite.hw.Octets].
@NullMarked
package ferrite.hw;

import org.jspecify.annotations.NullMarked;
