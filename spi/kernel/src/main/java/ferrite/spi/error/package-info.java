/// Error numbers on the wire and the exception that carries one in Java. Start reading at [Errno].
@NullMarked
package ferrite.spi.error;

import org.jspecify.annotations.NullMarked;
