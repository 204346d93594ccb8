package ferrite.filed.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What `statx(2)` tells, as far as it is used here. Filled by [Linux#statx].
///
/// | offset | bytes | field      |
/// |-------:|------:|------------|
/// |     28 |     2 | mode       |
/// |     32 |     8 | inode      |
/// |     40 |     8 | size       |
/// |    136 |     4 | dev, major |
/// |    140 |     4 | dev, minor |
public final class LinuxStat {
    static final long BYTES = 256;

    private static final int KIND_MASK = 0xF000;
    private static final int REGULAR = 0x8000;
    private static final int DIRECTORY = 0x4000;

    private int mode;
    private long inode;
    private long size;
    private long device;

    /// Nothing yet.
    public LinuxStat() {}

    void decode(MemorySegment statx) {
        mode = statx.get(ValueLayout.JAVA_SHORT, 28) & 0xFFFF;
        inode = statx.get(ValueLayout.JAVA_LONG, 32);
        size = statx.get(ValueLayout.JAVA_LONG, 40);
        device =
                (long) statx.get(ValueLayout.JAVA_INT, 136) << 32 | statx.get(ValueLayout.JAVA_INT, 140) & 0xFFFF_FFFFL;
    }

    /// Whether it is a regular file.
    public boolean isRegular() {
        return (mode & KIND_MASK) == REGULAR;
    }

    /// Whether it is a directory.
    public boolean isDirectory() {
        return (mode & KIND_MASK) == DIRECTORY;
    }

    /// Number in its file system.
    public long inode() {
        return inode;
    }

    /// Number of its file system.
    public long device() {
        return device;
    }

    /// Bytes.
    public long size() {
        return size;
    }
}
