/// What the runtime gives a running plug-in. Start reading at [Context].
@NullMarked
package ferrite.spi.context;

import org.jspecify.annotations.NullMarked;
