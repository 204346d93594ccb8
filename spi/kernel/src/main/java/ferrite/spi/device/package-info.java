/// The right side of the hardware boundary. Start reading at [DeviceProvider].
@NullMarked
package ferrite.spi.device;

import org.jspecify.annotations.NullMarked;
