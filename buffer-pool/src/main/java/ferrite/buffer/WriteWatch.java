package ferrite.buffer;

import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/// Debug mode of one pool: poisons free bytes, and reports those that somebody has written before they are used again.
/// Any thread.
final class WriteWatch {
    private static final System.Logger LOG = System.getLogger(SharedBufferPool.class.getName());

    private final String pool;
    private final boolean on;
    private final AtomicLong found = new AtomicLong();

    WriteWatch(String pool, boolean on) {
        this.pool = pool;
        this.on = on;
    }

    boolean isOn() {
        return on;
    }

    /// Slices whose bytes were written while they were free.
    long found() {
        return found.get();
    }

    void released(MemorySegment bytes) {
        if (on) {
            Poison.fill(bytes);
        }
    }

    void taken(MemorySegment bytes) {
        long change = on ? Poison.firstChange(bytes) : -1;
        if (change >= 0) {
            found.incrementAndGet();
            LOG.log(
                    Level.ERROR,
                    "pool {0}: byte {1} of {2} free ones was written after its release",
                    pool,
                    "" + change,
                    "" + bytes.byteSize());
        }
    }
}
