/// `ferrite bench pool`: allocators of off-heap memory of several makers do the same work. Start reading at
/// [PoolMeasurements].
@NullMarked
package ferrite.benchmarks.pool;

import org.jspecify.annotations.NullMarked;
