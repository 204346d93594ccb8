/// The smallest useful app, and the tutorial "write a driver": read [Blockcat] from top to bottom.
@NullMarked
package ferrite.app.blockcat;

import org.jspecify.annotations.NullMarked;
