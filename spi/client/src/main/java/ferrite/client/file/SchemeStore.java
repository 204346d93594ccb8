package ferrite.client.file;

import ferrite.spi.scheme.StatVfs;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import org.jspecify.annotations.Nullable;

/// One scheme as a store. Its space is what the scheme says of its root.
final class SchemeStore extends FileStore {
    private final FerriteFileSystem fileSystem;
    private final FerritePath path;
    private final String scheme;

    SchemeStore(FerriteFileSystem fileSystem, FerritePath path) {
        this.fileSystem = fileSystem;
        this.path = path;
        scheme = path.scheme();
    }

    @Override
    public String name() {
        return scheme.isEmpty() ? ":" : scheme;
    }

    @Override
    public String type() {
        return FerriteFileSystemProvider.SCHEME;
    }

    @Override
    public boolean isReadOnly() {
        return fileSystem.isReadOnly();
    }

    @Override
    public long getTotalSpace() throws IOException {
        StatVfs space = fileSystem.space(path);
        return space.blocks() * space.blockSize();
    }

    @Override
    public long getUsableSpace() throws IOException {
        return getUnallocatedSpace();
    }

    @Override
    public long getUnallocatedSpace() throws IOException {
        StatVfs space = fileSystem.space(path);
        return space.blocksFree() * space.blockSize();
    }

    @Override
    public long getBlockSize() throws IOException {
        return fileSystem.space(path).blockSize();
    }

    @Override
    public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
        return type.equals(BasicFileAttributeView.class);
    }

    @Override
    public boolean supportsFileAttributeView(String name) {
        return fileSystem.supportedFileAttributeViews().contains(name);
    }

    @Override
    @SuppressWarnings("NullAway") // the interface says null for a view that is not there
    public <V extends FileStoreAttributeView> V getFileStoreAttributeView(Class<V> type) {
        return null;
    }

    @Override
    public Object getAttribute(String attribute) throws IOException {
        return switch (attribute) {
            case "totalSpace" -> getTotalSpace();
            case "usableSpace" -> getUsableSpace();
            case "unallocatedSpace" -> getUnallocatedSpace();
            default -> throw new UnsupportedOperationException("attribute " + attribute + " of a store");
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SchemeStore that && that.fileSystem.equals(fileSystem) && that.scheme.equals(scheme);
    }

    @Override
    public int hashCode() {
        return scheme.hashCode();
    }

    @Override
    public String toString() {
        return fileSystem.machine() + '/' + name();
    }
}
