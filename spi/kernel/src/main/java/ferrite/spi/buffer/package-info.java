/// Shared memory: pools, slices, guards and device address maps. Start reading at [BufferSlice].
@NullMarked
package ferrite.spi.buffer;

import org.jspecify.annotations.NullMarked;
