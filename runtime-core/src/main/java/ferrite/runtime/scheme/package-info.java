/// The way from a path to who serves it, and the kernel's own schemes, one file each. Start reading at [Router].
@NullMarked
package ferrite.runtime.scheme;

import org.jspecify.annotations.NullMarked;
