/// Memory by address, for the runtime's rings only.
@NullMarked
package ferrite.buffer.raw;

import org.jspecify.annotations.NullMarked;
