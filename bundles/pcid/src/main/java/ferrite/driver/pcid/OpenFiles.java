package ferrite.driver.pcid;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.util.Map;
import java.util.TreeMap;

/// The files that clients hold: their numbers survive a swap.
final class OpenFiles {
    /// Most files open at once, all clients together.
    static final int FILES_MAX = 4096;

    /// @param node what was opened
    /// @param ring by which it was opened; another ring may not use it
    record OpenFile(PciNode node, int ring) {}

    private final TreeMap<Long, OpenFile> files = new TreeMap<>();
    private long nextNumber = 1;

    /// @throws SchemeException EMFILE
    long open(PciNode node, int ring) {
        if (files.size() >= FILES_MAX) {
            throw new SchemeException(Errno.EMFILE, "pci: has " + FILES_MAX + " open files");
        }
        long number = nextNumber++;
        files.put(number, new OpenFile(node, ring));
        return number;
    }

    /// @throws SchemeException EBADF
    PciNode node(long file, int ring) {
        OpenFile open = files.get(file);
        if (open == null || open.ring() != ring) {
            throw new SchemeException(Errno.EBADF, "pci: file " + file);
        }
        return open.node();
    }

    /// @throws SchemeException EBADF
    void close(long file, int ring) {
        node(file, ring);
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
