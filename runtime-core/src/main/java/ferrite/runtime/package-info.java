/// The whole microkernel without OSGi. Start reading at [Kernel].
@NullMarked
package ferrite.runtime;

import org.jspecify.annotations.NullMarked;
