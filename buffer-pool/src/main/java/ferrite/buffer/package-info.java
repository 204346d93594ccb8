/// Shared memory of the runtime. Start reading at [SharedBufferPool]; who may touch which bytes, and until when, is
/// drawn in the folder's README.
@NullMarked
package ferrite.buffer;

import org.jspecify.annotations.NullMarked;
