package ferrite.driver.xhcid;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.util.Map;
import java.util.TreeMap;

/// The files that clients hold: their numbers survive a swap.
final class OpenFiles {
    /// Most files open at once, all clients together.
    static final int FILES_MAX = 4096;

    /// @param node what was opened
    /// @param deviceId the device that was there then; 0 for what belongs to no device
    /// @param ring by which it was opened; another ring may not use it
    record OpenFile(UsbNode node, long deviceId, int ring) {}

    private final TreeMap<Long, OpenFile> files = new TreeMap<>();
    private long nextNumber = 1;

    /// @throws SchemeException EMFILE
    long open(OpenFile file) {
        if (files.size() >= FILES_MAX) {
            throw new SchemeException(Errno.EMFILE, FILES_MAX + " open files");
        }
        long number = nextNumber++;
        files.put(number, file);
        return number;
    }

    /// @throws SchemeException EBADF
    OpenFile get(long file, int ring) {
        OpenFile open = files.get(file);
        if (open == null || open.ring() != ring) {
            throw new SchemeException(Errno.EBADF, "file " + file);
        }
        return open;
    }

    /// @throws SchemeException EBADF
    void close(long file, int ring) {
        get(file, ring);
        files.remove(file);
    }

    void closeAll(int ring) {
        files.values().removeIf(file -> file.ring() == ring);
    }

    Map<Long, OpenFile> all() {
        return files;
    }

    long nextNumber() {
        return nextNumber;
    }

    /// Takes over what a predecessor had; the numbers were checked.
    void restore(Map<Long, OpenFile> predecessor, long next) {
        files.putAll(predecessor);
        nextNumber = next;
    }
}
