package ferrite.filed.host;

import java.nio.channels.FileChannel;
import java.util.List;

/// What is listed where no root folder is configured: nothing.
final class NoFolder extends HostFile {
    NoFolder(String path) {
        super(path, true);
    }

    @Override
    public int fd() {
        throw closed(path());
    }

    @Override
    public FileChannel channel() {
        throw closed(path());
    }

    @Override
    public long size() {
        return 0;
    }

    @Override
    public void truncate(long size) {
        throw closed(path());
    }

    @Override
    public void sync() {
        // Nothing to make durable.
    }

    @Override
    public List<String> names() {
        return List.of();
    }

    @Override
    public Saved save() {
        return Saved.BY_NAME;
    }

    @Override
    public void leave() {
        // Nothing is open.
    }

    @Override
    void close() {
        // Nothing is open.
    }
}
