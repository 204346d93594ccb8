/// Measures several subjects in turn, round by round, so that what the machine does to one it does to all. Start
/// reading at [Rounds].
@NullMarked
package ferrite.benchmarks.engine;

import org.jspecify.annotations.NullMarked;
