package ferrite.filed.host;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A file by its channel; a directory, or a file without bytes, by its path.
final class NioFile extends HostFile {
    private final Path file;
    private final @Nullable FileChannel channel;

    NioFile(String path, Path file, @Nullable FileChannel channel) {
        super(path, Files.isDirectory(file));
        this.file = file;
        this.channel = channel;
    }

    @Override
    public int fd() {
        throw new SchemeException(Errno.EBADF, path() + " has no descriptor");
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
        try {
            return channel != null ? channel.size() : Files.size(file);
        } catch (IOException failed) {
            throw Channels.failure("stat " + path(), failed);
        }
    }

    @Override
    public void truncate(long size) {
        try {
            FileChannel open = channel();
            long before = open.size();
            if (size < before) {
                open.truncate(size);
            } else if (size > before) {
                // A channel cannot grow a file but by writing.
                open.write(ByteBuffer.allocate(1), size - 1);
            }
        } catch (IOException failed) {
            throw Channels.failure("truncate " + path(), failed);
        }
    }

    @Override
    public void sync() {
        if (channel != null) {
            try {
                channel.force(true);
            } catch (IOException failed) {
                throw Channels.failure("fsync " + path(), failed);
            }
        }
    }

    @Override
    public List<String> names() {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(file)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (name.indexOf('\n') < 0) {
                    names.add(name);
                }
            }
            return names;
        } catch (IOException failed) {
            throw Channels.failure("list " + path(), failed);
        }
    }

    @Override
    public Saved save() {
        return Saved.BY_NAME;
    }

    @Override
    public void leave() {
        close();
    }

    @Override
    void close() {
        if (channel != null) {
            Channels.close(channel);
        }
    }
}
