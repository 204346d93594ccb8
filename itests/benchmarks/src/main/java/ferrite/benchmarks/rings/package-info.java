/// `ferrite bench rings`: rings and queues of several makers do the same work. Start reading at [RingMeasurements].
@NullMarked
package ferrite.benchmarks.rings;

import org.jspecify.annotations.NullMarked;
