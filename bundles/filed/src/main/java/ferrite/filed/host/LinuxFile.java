package ferrite.filed.host;

import ferrite.filed.linux.Linux;
import ferrite.filed.linux.LinuxErrno;
import ferrite.filed.linux.LinuxStat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A file by its descriptor.
final class LinuxFile extends HostFile {
    private static final int LIST_BYTES = 64 << 10;
    /// `struct linux_dirent64`: inode (8), offset (8), length (2), type (1), name.
    private static final int ENTRY_LENGTH = 16;

    private static final int ENTRY_NAME = 19;

    private final int fd;
    private final @Nullable FileChannel channel;

    LinuxFile(String path, boolean directory, int fd, @Nullable FileChannel channel) {
        super(path, directory);
        this.fd = fd;
        this.channel = channel;
    }

    @Override
    public int fd() {
        return fd;
    }

    @Override
    public FileChannel channel() {
        if (channel == null) {
            throw closed(path());
        }
        return channel;
    }

    @Override
    public long size() {
        return stat().size();
    }

    private LinuxStat stat() {
        LinuxStat stat = new LinuxStat();
        LinuxErrno.require(Linux.statx(fd, stat), "stat " + path());
        return stat;
    }

    @Override
    public void truncate(long size) {
        LinuxErrno.require(Linux.ftruncate(fd, size), "truncate " + path());
    }

    @Override
    public void sync() {
        LinuxErrno.require(Linux.fsync(fd), "fsync " + path());
    }

    @Override
    public List<String> names() {
        // A descriptor of its own: two listings of one file must not share a position.
        int list = (int) LinuxErrno.require(Linux.reopen(fd, Linux.O_RDONLY), "list " + path());
        try (Arena arena = Arena.ofConfined()) {
            List<String> names = new ArrayList<>();
            MemorySegment buffer = arena.allocate(LIST_BYTES, Long.BYTES);
            while (true) {
                long bytes = LinuxErrno.require(Linux.getdents64(list, buffer), "list " + path());
                if (bytes == 0) {
                    return names;
                }
                for (long at = 0; at < bytes; ) {
                    int length = buffer.get(ValueLayout.JAVA_SHORT, at + ENTRY_LENGTH) & 0xFFFF;
                    name(buffer.asSlice(at + ENTRY_NAME, length - ENTRY_NAME)).ifPresent(names::add);
                    at += length;
                }
            }
        } finally {
            Linux.close(list);
        }
    }

    /// Empty for what is not one line of UTF-8, and so has no path here.
    private static Optional<String> name(MemorySegment field) {
        ByteBuffer bytes = field.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        int end = 0;
        while (end < bytes.limit() && bytes.get(end) != 0) {
            end++;
        }
        try {
            String name =
                    StandardCharsets.UTF_8.newDecoder().decode(bytes.limit(end)).toString();
            boolean self = name.equals(".") || name.equals("..");
            return self || name.indexOf('\n') >= 0 ? Optional.empty() : Optional.of(name);
        } catch (CharacterCodingException notUtf8) {
            return Optional.empty();
        }
    }

    @Override
    public Saved save() {
        LinuxStat stat = stat();
        return new Saved(fd, stat.device(), stat.inode());
    }

    @Override
    public void leave() {
        if (channel != null) {
            Channels.close(channel);
        }
    }

    @Override
    void close() {
        leave();
        Linux.close(fd);
    }
}
