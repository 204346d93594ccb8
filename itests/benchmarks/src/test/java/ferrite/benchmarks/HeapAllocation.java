package ferrite.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// What this thread allocates on the Java heap once the compiler has done its work.
public final class HeapAllocation {
    /// Operations of a round.
    public static final int OPERATIONS = 100_000;

    private static final int ROUNDS_MAX = 60;

    /// A round that allocates less does not allocate for its operations: one byte for each would be 100,000.
    private static final long NOISE_BYTES = 2_048;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private HeapAllocation() {}

    /// Runs rounds until one allocates nothing for its operations: before, code may be interpreted, and objects that
    /// the compiler would remove are made.
    ///
    /// @param round does [#OPERATIONS] operations
    /// @return bytes for an operation in the best round; 0 if one was free of allocation
    public static double perOperation(Runnable round) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS_MAX && least > NOISE_BYTES; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            round.run();
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least <= NOISE_BYTES ? 0 : least / (double) OPERATIONS;
    }
}
