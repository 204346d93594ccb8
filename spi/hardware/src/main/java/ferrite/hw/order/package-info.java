/// Byte order of fields, stated at each access and never inherited from the platform. Not exported.
///
/// Start reading at [ferrite.hw.order.LittleEndian].
@NullMarked
package ferrite.hw.order;

import org.jspecify.annotations.NullMarked;
