package ferrite.client.file;

import ferrite.spi.error.SchemeException;
import ferrite.spi.scheme.StatVfs;
import java.io.IOException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One mounted machine. Any thread.
final class FerriteFileSystem extends FileSystem {
    private final FerriteFileSystemProvider provider;
    private final String machine;
    private final boolean readOnly;
    private final SessionPool sessions;
    private final SchemeCalls calls;
    private final Sessions source;

    /// Changes of parts of blocks, one at a time.
    private final ReentrantLock blocks = new ReentrantLock();

    private final ReentrantLock asyncLock = new ReentrantLock();
    private final Set<AutoCloseable> channels = ConcurrentHashMap.newKeySet();
    private @Nullable AsyncFiles async;
    private volatile boolean closed;

    FerriteFileSystem(
            FerriteFileSystemProvider provider, String machine, Sessions source, int sessionsMax, boolean readOnly) {
        this.provider = provider;
        this.machine = machine;
        this.source = source;
        this.readOnly = readOnly;
        sessions = new SessionPool(source, sessionsMax);
        calls = new SchemeCalls(this);
    }

    String machine() {
        return machine;
    }

    /// A session for a new file.
    LockedSession session(FerritePath path) throws IOException {
        requireOpen();
        try {
            return sessions.get();
        } catch (SchemeException noSession) {
            throw Failures.of(path.toString(), noSession);
        }
    }

    ReentrantLock blocks() {
        return blocks;
    }

    SchemeCalls calls() {
        requireOpen();
        return calls;
    }

    SchemeAttributes attributes(FerritePath path) throws IOException {
        return calls().attributes(path);
    }

    StatVfs space(FerritePath path) throws IOException {
        return calls().space(path);
    }

    /// Where files of asynchronous channels are open.
    AsyncFiles async(FerritePath path) throws IOException {
        asyncLock.lock();
        try {
            requireOpen();
            AsyncFiles present = async;
            if (present == null) {
                present = new AsyncFiles(machine, source.open(), blocks);
                async = present;
            }
            return present;
        } catch (SchemeException noSession) {
            throw Failures.of(path.toString(), noSession);
        } finally {
            asyncLock.unlock();
        }
    }

    /// Closes the channel with the file system.
    void opened(AutoCloseable channel) {
        channels.add(channel);
        if (closed) {
            closeQuietly(channel); // lost the race against close
        }
    }

    void closedChannel(AutoCloseable channel) {
        channels.remove(channel);
    }

    void requireOpen() {
        if (closed) {
            throw new ClosedFileSystemException();
        }
    }

    void requireWritable() {
        requireOpen();
        if (readOnly) {
            throw new ReadOnlyFileSystemException();
        }
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    /// Ends all channels and sessions of this mount.
    @Override
    public void close() {
        asyncLock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            provider.forget(this);
            channels.forEach(FerriteFileSystem::closeQuietly);
            AsyncFiles present = async;
            if (present != null) {
                present.close();
            }
            sessions.close();
        } finally {
            asyncLock.unlock();
        }
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public boolean isReadOnly() {
        return readOnly;
    }

    @Override
    public String getSeparator() {
        return "/";
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        requireOpen();
        return List.of(FerritePath.parse(this, "/"));
    }

    /// One for each scheme; none if they cannot be listed.
    @Override
    public Iterable<FileStore> getFileStores() {
        FerritePath root = FerritePath.parse(this, "/");
        List<FileStore> stores = new ArrayList<>();
        try {
            for (String name : calls().names(root)) {
                stores.add(new SchemeStore(this, root.resolve(FerritePath.parse(this, name))));
            }
        } catch (IOException unlisted) {
            return List.of();
        }
        return stores;
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        requireOpen();
        return Set.of("basic", "ferrite");
    }

    @Override
    public Path getPath(String first, String... more) {
        requireOpen();
        StringBuilder text = new StringBuilder(first);
        for (String part : more) {
            if (!part.isEmpty()) {
                text.append(text.isEmpty() ? "" : "/").append(part);
            }
        }
        return FerritePath.parse(this, text.toString());
    }

    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        requireOpen();
        Pattern pattern = Globs.pattern(syntaxAndPattern);
        return path -> pattern.matcher(path.toString()).matches();
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        throw new UnsupportedOperationException("files of schemes have no owners");
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException("schemes do not tell of changes in directories");
    }

    @Override
    public String toString() {
        return FerriteFileSystemProvider.SCHEME + "://" + machine;
    }

    private static void closeQuietly(AutoCloseable channel) {
        try {
            channel.close();
        } catch (Exception failed) {
            // Its session closes what is left.
        }
    }
}
