package ferrite.buffer;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/// Debug mode of one pool: poisons free bytes, and reports those that somebody has written before they are used again
/// or their memory goes. Any thread.
final class WriteWatch {
    private static final System.Logger LOG = System.getLogger(SharedBufferPool.class.getName());

    private final String pool;
    private final boolean on;
    private final AtomicLong found = new AtomicLong();

    WriteWatch(String pool, boolean on) {
        this.pool = pool;
        this.on = on;
    }

    /// The pool's name.
    String pool() {
        return pool;
    }

    boolean isOn() {
        return on;
    }

    /// Free ranges that were written while they were free.
    long found() {
        return found.get();
    }

    /// Bytes of a cache, which logs what it cannot reach: its owner finds out at the next touch.
    void released(MemorySegment bytes) {
        if (!on) {
            return;
        }
        try {
            Poison.fill(bytes);
        } catch (IOException cut) {
            LOG.log(Level.ERROR, unreachable(bytes.byteSize() + " bytes of a cache", cut));
        }
    }

    /// [#released(MemorySegment)] for bytes that are taken.
    void taken(MemorySegment bytes) {
        if (!on) {
            return;
        }
        try {
            report(Poison.firstChange(bytes), "the " + bytes.byteSize() + " free bytes of a cache");
        } catch (IOException cut) {
            LOG.log(Level.ERROR, unreachable(bytes.byteSize() + " bytes of a cache", cut));
        }
    }

    /// @param start first byte in the region
    /// @throws SchemeException EIO if the bytes cannot be reached
    void released(PoolRegion region, long start, long bytes) {
        if (!on) {
            return;
        }
        try {
            Poison.fill(region.bytes(start, bytes));
        } catch (IOException cut) {
            throw new SchemeException(Errno.EIO, unreachable(region, start, bytes, cut));
        }
    }

    /// @param start first byte in the region
    /// @throws SchemeException EIO if the bytes cannot be reached
    void taken(PoolRegion region, long start, long bytes) {
        if (!on) {
            return;
        }
        try {
            report(Poison.firstChange(region.bytes(start, bytes)), "the free " + place(region, start, bytes));
        } catch (IOException cut) {
            throw new SchemeException(Errno.EIO, unreachable(region, start, bytes, cut));
        }
    }

    /// A last look at a region in which nothing is taken: counts one, however many bytes were written.
    void dropped(PoolRegion region) {
        try {
            taken(region, 0, region.memory().length());
        } catch (SchemeException unreachable) {
            LOG.log(Level.ERROR, unreachable.getMessage());
        }
    }

    private void report(long change, String bytes) {
        if (change >= 0) {
            found.incrementAndGet();
            LOG.log(Level.ERROR, "pool {0}: byte {1} of {2} was written after its release", pool, "" + change, bytes);
        }
    }

    private static String place(PoolRegion region, long start, long bytes) {
        return bytes + " bytes at offset " + (region.poolStart() + start);
    }

    private String unreachable(PoolRegion region, long start, long bytes, IOException cut) {
        String file = region.memory().file().map(range -> " (" + range + ")").orElse("");
        return unreachable(place(region, start, bytes) + file, cut);
    }

    private String unreachable(String bytes, IOException cut) {
        return "pool " + pool + " cannot reach " + bytes + ": " + cut.getMessage()
                + "; close the slices in them and shrink the pool, or set the file's length back";
    }
}
