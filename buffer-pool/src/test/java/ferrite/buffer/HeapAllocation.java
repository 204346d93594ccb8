package ferrite.buffer;

import java.lang.reflect.Method;

/// Bytes that a thread has allocated on the Java heap. By name, because the module under test does not read the
/// management modules.
final class HeapAllocation {
    private static final Object THREADS;
    private static final Method ALLOCATED;

    static {
        try {
            THREADS = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            ALLOCATED = Class.forName("com.sun.management.ThreadMXBean").getMethod("getCurrentThreadAllocatedBytes");
        } catch (ReflectiveOperationException missing) {
            throw new ExceptionInInitializerError(missing);
        }
    }

    private HeapAllocation() {}

    /// Bytes that `work` allocates on this thread, a few dozen of the measurement's own included.
    static long of(Runnable work) {
        long before = ofThisThread();
        work.run();
        return ofThisThread() - before;
    }

    private static long ofThisThread() {
        try {
            return (long) ALLOCATED.invoke(THREADS);
        } catch (ReflectiveOperationException failure) {
            throw new LinkageError(failure.getMessage(), failure);
        }
    }
}
