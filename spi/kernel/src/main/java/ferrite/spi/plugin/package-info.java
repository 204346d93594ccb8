/// The life cycle that drivers and devices share. Start reading at [Plugin].
@NullMarked
package ferrite.spi.plugin;

import org.jspecify.annotations.NullMarked;
