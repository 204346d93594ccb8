package ferrite.filed;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/// The files that clients hold: their numbers survive a swap.
final class OpenFiles {
    /// Most files open at once, all clients together.
    static final int FILES_MAX = 4096;

    private final TreeMap<Long, OpenFile> files = new TreeMap<>();
    private long nextNumber;

    /// @param nextNumber that no file has had, ≥ 1
    OpenFiles(long nextNumber) {
        this.nextNumber = nextNumber;
    }

    /// @throws SchemeException EMFILE
    void requirePlace() {
        if (files.size() >= FILES_MAX) {
            throw new SchemeException(Errno.EMFILE, FILES_MAX + " open files");
        }
    }

    long add(OpenFile file) {
        long number = nextNumber++;
        files.put(number, file);
        return number;
    }

    /// A file of a predecessor.
    void put(long number, OpenFile file) {
        files.put(number, file);
    }

    /// @throws SchemeException EBADF
    OpenFile get(long number, int ring) {
        OpenFile open = files.get(number);
        if (open == null || open.ring() != ring) {
            throw new SchemeException(Errno.EBADF, "file " + number);
        }
        return open;
    }

    /// @throws SchemeException EBADF
    void close(long number, int ring) {
        OpenFile open = get(number, ring);
        files.remove(number);
        open.file().release();
    }

    void closeAll(int ring) {
        for (Iterator<OpenFile> each = files.values().iterator(); each.hasNext(); ) {
            OpenFile open = each.next();
            if (open.ring() == ring) {
                each.remove();
                open.file().release();
            }
        }
    }

    void closeAll() {
        files.values().forEach(open -> open.file().release());
        files.clear();
    }

    /// A successor has them.
    void leaveAll() {
        files.values().forEach(open -> open.file().leave());
        files.clear();
    }

    Map<Long, OpenFile> all() {
        return files;
    }

    long nextNumber() {
        return nextNumber;
    }
}
