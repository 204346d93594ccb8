package ferrite.runtime.context;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The descriptors of one context.
///
/// A descriptor is a place in the table (low 32 bits) and how often the place was reused (bits 32 to 62). So a stale
/// descriptor is EBADF, never somebody else's file. Locked, because an `Open` may complete on another thread.
public final class FileTable {
    /// Most open descriptors of one context.
    public static final int DESCRIPTORS_MAX = 65_536;

    private static final int GENERATION_MASK = 0x7FFF_FFFF;

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable FileDescription[] files = new FileDescription[16];
    private int[] generations = new int[16];
    private boolean closed;

    /// @return the new descriptor
    /// @throws SchemeException EMFILE; ESHUTDOWN if the context has ended
    public long add(FileDescription description) {
        lock.lock();
        try {
            if (closed) {
                throw new SchemeException(Errno.ESHUTDOWN, "context has ended");
            }
            int place = 0;
            while (place < files.length && files[place] != null) {
                place++;
            }
            if (place == files.length) {
                if (place == DESCRIPTORS_MAX) {
                    throw new SchemeException(Errno.EMFILE, place + " descriptors are open");
                }
                files = java.util.Arrays.copyOf(files, place * 2);
                generations = java.util.Arrays.copyOf(generations, place * 2);
            }
            files[place] = description;
            return (long) generations[place] << 32 | place;
        } finally {
            lock.unlock();
        }
    }

    /// The open file behind a descriptor; empty for a bad or stale one.
    public Optional<FileDescription> get(long fd) {
        lock.lock();
        try {
            return Optional.ofNullable(at(fd));
        } finally {
            lock.unlock();
        }
    }

    /// Takes a descriptor out; empty for a bad or stale one.
    public Optional<FileDescription> remove(long fd) {
        lock.lock();
        try {
            FileDescription description = at(fd);
            if (description != null) {
                int place = (int) fd;
                files[place] = null;
                generations[place] = generations[place] + 1 & GENERATION_MASK;
            }
            return Optional.ofNullable(description);
        } finally {
            lock.unlock();
        }
    }

    /// The context ends: no more descriptors.
    ///
    /// @return what was still open, once for each descriptor
    public List<FileDescription> close() {
        lock.lock();
        try {
            closed = true;
            List<FileDescription> open = list();
            files = new FileDescription[0];
            generations = new int[0];
            return open;
        } finally {
            lock.unlock();
        }
    }

    /// What is open, once for each descriptor.
    public List<FileDescription> list() {
        lock.lock();
        try {
            List<FileDescription> open = new ArrayList<>();
            for (FileDescription file : files) {
                if (file != null) {
                    open.add(file);
                }
            }
            return open;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable FileDescription at(long fd) {
        int place = (int) fd;
        boolean exists = fd >= 0 && place >= 0 && place < files.length && generations[place] == (int) (fd >>> 32);
        return exists ? files[place] : null;
    }
}
