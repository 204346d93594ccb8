/// Schemes: named services that answer requests. Start reading at [AsyncScheme] and [Request].
@NullMarked
package ferrite.spi.scheme;

import org.jspecify.annotations.NullMarked;
