/// What the runtime costs, from one ring to the whole stack. Start reading at the README of this folder.
@NullMarked
package ferrite.benchmarks;

import org.jspecify.annotations.NullMarked;
