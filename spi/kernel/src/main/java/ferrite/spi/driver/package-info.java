/// The left side of the hardware boundary. Start reading at [DriverProvider].
@NullMarked
package ferrite.spi.driver;

import org.jspecify.annotations.NullMarked;
