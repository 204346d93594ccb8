package ferrite.runtime.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.connect.ConnectContent;

/// A jar as the content of a bundle whose classes come from a module's loader instead of one of Felix's.
final class JarContent implements ConnectContent {
    private final Path file;
    private final Supplier<ClassLoader> loader;
    private @Nullable JarFile jar;

    JarContent(Path file, Supplier<ClassLoader> loader) {
        this.file = file;
        this.loader = loader;
    }

    @Override
    public synchronized void open() throws IOException {
        if (jar == null) {
            jar = new JarFile(file.toFile());
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (jar != null) {
            jar.close();
            jar = null;
        }
    }

    @Override
    public Optional<Map<String, String>> getHeaders() {
        try {
            Map<String, String> headers = new HashMap<>();
            opened().getManifest()
                    .getMainAttributes()
                    .forEach((key, value) -> headers.put(key.toString(), value.toString()));
            return Optional.of(headers);
        } catch (IOException e) {
            throw new IllegalStateException("manifest of " + file + " can no longer be read", e);
        }
    }

    @Override
    public Iterable<String> getEntries() {
        return () -> opened().stream().map(JarEntry::getName).iterator();
    }

    @Override
    public Optional<ConnectEntry> getEntry(String path) {
        JarFile from = opened();
        return Optional.ofNullable(from.getJarEntry(path)).map(entry -> new Entry(from, entry));
    }

    @Override
    public Optional<ClassLoader> getClassLoader() {
        return Optional.of(loader.get());
    }

    private synchronized JarFile opened() {
        if (jar == null) {
            throw new IllegalStateException(file + " is not open");
        }
        return jar;
    }

    private record Entry(JarFile from, JarEntry entry) implements ConnectEntry {
        @Override
        public String getName() {
            return entry.getName();
        }

        @Override
        public long getContentLength() {
            return entry.getSize();
        }

        @Override
        public long getLastModified() {
            return entry.getTime();
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return from.getInputStream(entry);
        }
    }
}
