package ferrite.runtime.context;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The descriptors of one context.
///
/// A descriptor is a place in the table (low 32 bits) and how often the place was reused (bits 32 to 62). So a stale
/// descriptor is EBADF, never somebody else's file. Any thread, because an `Open` may complete on another.
public final class FileTable {
    /// Most open descriptors of one context.
    public static final int DESCRIPTORS_MAX = 65_536;

    private static final int GENERATION_MASK = 0x7FFF_FFFF;

    /// Most open descriptors of this context.
    private final int max;

    /// Guards changes; lookups take no lock.
    private final ReentrantLock lock = new ReentrantLock();

    private volatile AtomicReferenceArray<@Nullable Place> places = new AtomicReferenceArray<>(16);
    private boolean closed;

    /// One place of the table. A new object for each use, so that a lookup sees file and generation together.
    private record Place(int generation, @Nullable FileDescription file) {}

    /// @param max most open descriptors, 1..[#DESCRIPTORS_MAX]
    public FileTable(int max) {
        this.max = max;
    }

    /// @return the new descriptor
    /// @throws SchemeException EMFILE; ESHUTDOWN if the context has ended
    public long add(FileDescription description) {
        lock.lock();
        try {
            if (closed) {
                throw new SchemeException(Errno.ESHUTDOWN, "context has ended");
            }
            AtomicReferenceArray<@Nullable Place> now = places;
            int index = 0;
            while (index < now.length() && isTaken(now.get(index))) {
                index++;
            }
            if (index >= max) {
                throw new SchemeException(Errno.EMFILE, max + " descriptors are open, as many as allowed");
            }
            if (index == now.length()) {
                now = grown(now);
            }
            Place before = now.get(index);
            int generation = before == null ? 0 : before.generation;
            now.set(index, new Place(generation, description));
            return (long) generation << 32 | index;
        } finally {
            lock.unlock();
        }
    }

    /// The open file behind a descriptor; null for a bad or stale one. Any thread.
    public @Nullable FileDescription find(long fd) {
        AtomicReferenceArray<@Nullable Place> now = places;
        int index = (int) fd;
        if (fd < 0 || index < 0 || index >= now.length()) {
            return null;
        }
        Place place = now.get(index);
        return place != null && place.generation == (int) (fd >>> 32) ? place.file : null;
    }

    /// [#find] for callers off the hot path.
    public Optional<FileDescription> get(long fd) {
        return Optional.ofNullable(find(fd));
    }

    /// Takes a descriptor out; empty for a bad or stale one.
    public Optional<FileDescription> remove(long fd) {
        lock.lock();
        try {
            FileDescription file = find(fd);
            if (file != null) {
                free((int) fd, (int) (fd >>> 32));
            }
            return Optional.ofNullable(file);
        } finally {
            lock.unlock();
        }
    }

    /// Takes out every descriptor whose place is in a range.
    ///
    /// @return what was open there
    public List<FileDescription> removeRange(long first, long count) {
        lock.lock();
        try {
            List<FileDescription> removed = new ArrayList<>();
            AtomicReferenceArray<@Nullable Place> now = places;
            long end = Math.min(now.length(), first + Math.min(count, now.length()));
            for (int index = (int) Math.min(first, now.length()); index < end; index++) {
                Place place = now.get(index);
                if (place != null && place.file != null) {
                    removed.add(place.file);
                    free(index, place.generation);
                }
            }
            return removed;
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
            places = new AtomicReferenceArray<>(0);
            return open;
        } finally {
            lock.unlock();
        }
    }

    /// What is open, once for each descriptor.
    public List<FileDescription> list() {
        List<FileDescription> open = new ArrayList<>();
        AtomicReferenceArray<@Nullable Place> now = places;
        for (int index = 0; index < now.length(); index++) {
            Place place = now.get(index);
            if (place != null && place.file != null) {
                open.add(place.file);
            }
        }
        return open;
    }

    /// Every open descriptor and its file, by place.
    public Map<Long, FileDescription> entries() {
        Map<Long, FileDescription> open = new TreeMap<>();
        AtomicReferenceArray<@Nullable Place> now = places;
        for (int index = 0; index < now.length(); index++) {
            Place place = now.get(index);
            if (place != null && place.file != null) {
                open.put((long) place.generation << 32 | index, place.file);
            }
        }
        return open;
    }

    private void free(int index, int generation) {
        places.set(index, new Place(generation + 1 & GENERATION_MASK, null));
    }

    private AtomicReferenceArray<@Nullable Place> grown(AtomicReferenceArray<@Nullable Place> now) {
        AtomicReferenceArray<@Nullable Place> larger = new AtomicReferenceArray<>(Math.max(16, now.length() * 2));
        for (int i = 0; i < now.length(); i++) {
            larger.set(i, now.get(i));
        }
        places = larger;
        return larger;
    }

    private static boolean isTaken(@Nullable Place place) {
        return place != null && place.file != null;
    }
}
