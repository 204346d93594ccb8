package ferrite.client.file;

import ferrite.spi.scheme.OpenFlags;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.spi.FileSystemProvider;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/// Schemes of running machines as files: `ferrite://MACHINE/SCHEME/REST` is `SCHEME:REST` there, and
/// `ferrite://MACHINE/` lists the schemes.
///
/// ```java
/// Sessions sessions = () -> {
///     Application app = kernel.openApplication("files");
///     return Session.of(app.kernel(), app.pool(), app::close);
/// };
/// try (var machine = FileSystems.newFileSystem(URI.create("ferrite://m1"), Map.of("sessions", sessions))) {
///     Files.mismatch(machine.getPath("/disk.x/0"), image);
/// }
/// ```
///
/// MACHINE is a name of the mount, chosen when it is made. Channels may be used from any thread. A session serves one
/// thread at a time, so as many calls run side by side as there are sessions.
public final class FerriteFileSystemProvider extends FileSystemProvider {
    /// Of the URIs.
    public static final String SCHEME = "ferrite";
    /// Key of a [Sessions] in the environment of a mount; required.
    public static final String SESSIONS = "sessions";
    /// Key of an Integer: most sessions, 1..[#SESSIONS_MAX_MAX]; 4 if not said. Asynchronous channels share one more.
    public static final String SESSIONS_MAX = "sessionsMax";
    /// Key of a Boolean: whether nothing is ever changed through this mount; false if not said.
    public static final String READ_ONLY = "readOnly";
    /// Largest value of [#SESSIONS_MAX].
    public static final int SESSIONS_MAX_MAX = 256;

    private final Map<String, FerriteFileSystem> mounted = new ConcurrentHashMap<>();

    /// For the service loader.
    public FerriteFileSystemProvider() {}

    void forget(FerriteFileSystem fileSystem) {
        mounted.remove(fileSystem.machine(), fileSystem);
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    /// Mounts a machine.
    ///
    /// @param uri `ferrite://MACHINE`
    /// @throws FileSystemAlreadyExistsException if the name is in use
    /// @throws IllegalArgumentException for another URI, or an environment without sessions
    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
        String machine = MachineName.of(uri);
        String path = uri.getPath();
        if (path != null && !path.isEmpty() && !path.equals("/")) {
            throw MachineName.wrong(uri, "a machine is mounted as a whole; leave out " + path);
        }
        if (!(env.get(SESSIONS) instanceof Sessions sessions)) {
            throw new IllegalArgumentException("the environment has no Sessions under \"" + SESSIONS + '"');
        }
        int max = option(env, SESSIONS_MAX, Integer.class, 4);
        if (max < 1 || max > SESSIONS_MAX_MAX) {
            throw new IllegalArgumentException(SESSIONS_MAX + " " + max + " is not in 1.." + SESSIONS_MAX_MAX);
        }
        boolean readOnly = option(env, READ_ONLY, Boolean.class, false);
        FerriteFileSystem fresh = new FerriteFileSystem(this, machine, sessions, max, readOnly);
        if (mounted.putIfAbsent(machine, fresh) != null) {
            throw new FileSystemAlreadyExistsException(machine + " is mounted; close that file system first");
        }
        return fresh;
    }

    private static <T> T option(Map<String, ?> env, String key, Class<T> type, T otherwise) {
        Object value = env.get(key);
        if (value == null) {
            return otherwise;
        }
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException(key + " is not of " + type.getSimpleName() + ": " + value);
        }
        return type.cast(value);
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        String machine = MachineName.of(uri);
        FerriteFileSystem fileSystem = mounted.get(machine);
        if (fileSystem == null) {
            throw new FileSystemNotFoundException(machine + " is not mounted; use FileSystems.newFileSystem");
        }
        return fileSystem;
    }

    @Override
    public Path getPath(URI uri) {
        String path = uri.getPath();
        return getFileSystem(uri).getPath(path == null || path.isEmpty() ? "/" : path);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        FerritePath file = FerritePath.of(path);
        FerriteFileSystem fileSystem = file.getFileSystem();
        OpenWishes wishes = checked(fileSystem, options, attributes);
        SchemeFile opened = SchemeFile.open(
                fileSystem.session(file), file.toString(), file.schemePath(), wishes.flags(), fileSystem.blocks());
        SchemeChannel channel = new SchemeChannel(opened, wishes, ended -> {
            fileSystem.closedChannel(ended);
            if (wishes.deleteOnClose() && fileSystem.isOpen()) {
                fileSystem.calls().delete(file);
            }
        });
        fileSystem.opened(channel);
        return channel;
    }

    @Override
    public AsynchronousFileChannel newAsynchronousFileChannel(
            Path path,
            Set<? extends OpenOption> options,
            @Nullable ExecutorService executor,
            FileAttribute<?>... attributes)
            throws IOException {
        FerritePath file = FerritePath.of(path);
        OpenWishes wishes = checked(file.getFileSystem(), options, attributes);
        if (wishes.append() || wishes.sync() || wishes.deleteOnClose()) {
            throw new UnsupportedOperationException("asynchronous channels have no APPEND, SYNC or DELETE_ON_CLOSE");
        }
        return SchemeAsyncChannel.open(file.getFileSystem(), file, wishes, executor);
    }

    private static OpenWishes checked(
            FerriteFileSystem fileSystem, Set<? extends OpenOption> options, FileAttribute<?>... attributes) {
        fileSystem.requireOpen();
        OpenWishes wishes = OpenWishes.of(options);
        if (attributes.length > 0) {
            throw new UnsupportedOperationException("a scheme gives a new file no attribute " + attributes[0].name());
        }
        if (wishes.write() || wishes.deleteOnClose()) {
            fileSystem.requireWritable();
        }
        return wishes;
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path path, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        FerritePath directory = FerritePath.of(path);
        return new NameStream(directory, directory.getFileSystem().calls().names(directory), filter);
    }

    @Override
    public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
        FerritePath directory = FerritePath.of(path);
        if (attributes.length > 0) {
            throw new UnsupportedOperationException("a scheme gives a directory no attribute " + attributes[0].name());
        }
        directory.getFileSystem().calls().createDirectory(directory);
    }

    @Override
    public void delete(Path path) throws IOException {
        FerritePath file = FerritePath.of(path);
        file.getFileSystem().calls().delete(file);
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
        Transfer.copy(FerritePath.of(source), FerritePath.of(target), Set.of(options));
    }

    /// Renames within one scheme; from one scheme to another, copies a file and removes the source.
    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        Transfer.move(FerritePath.of(source), FerritePath.of(target), Set.of(options));
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
        FerritePath one = FerritePath.of(path);
        if (one.equals(other)) {
            return true;
        }
        return other instanceof FerritePath two && one.toRealPath().equals(two.toRealPath());
    }

    @Override
    public boolean isHidden(Path path) {
        return false;
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        FerritePath real = FerritePath.of(path).toRealPath();
        return new SchemeStore(real.getFileSystem(), real);
    }

    /// Opens the file as is asked for, and closes it.
    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        FerritePath file = FerritePath.of(path);
        FerriteFileSystem fileSystem = file.getFileSystem();
        boolean directory = fileSystem.attributes(file).isDirectory();
        for (AccessMode mode : modes) {
            if (mode == AccessMode.EXECUTE && !directory || mode == AccessMode.WRITE && fileSystem.isReadOnly()) {
                throw new AccessDeniedException(file.toString());
            }
            if (mode != AccessMode.EXECUTE && !directory) {
                fileSystem.calls().tryOpen(file, mode == AccessMode.READ ? OpenFlags.RDONLY : OpenFlags.WRONLY);
            }
        }
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // the interface says null for a view that is not there
    public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
        FerritePath file = FerritePath.of(path);
        if (!type.equals(BasicFileAttributeView.class)) {
            return null;
        }
        return (V) new BasicFileAttributeView() {
            @Override
            public String name() {
                return "basic";
            }

            @Override
            public BasicFileAttributes readAttributes() throws IOException {
                return file.getFileSystem().attributes(file);
            }

            @Override
            public void setTimes(FileTime modified, FileTime accessed, FileTime created) {
                throw new UnsupportedOperationException("schemes keep no times");
            }
        };
    }

    @Override
    @SuppressWarnings("unchecked")
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        if (!type.equals(BasicFileAttributes.class)) {
            throw new UnsupportedOperationException("attributes of " + type);
        }
        FerritePath file = FerritePath.of(path);
        return (A) file.getFileSystem().attributes(file);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        FerritePath file = FerritePath.of(path);
        return file.getFileSystem().attributes(file).named(attributes);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
        FerritePath.of(path).getFileSystem().requireWritable();
        throw new UnsupportedOperationException("schemes let nobody set the attribute " + attribute);
    }
}
