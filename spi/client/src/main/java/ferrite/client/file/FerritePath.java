package ferrite.client.file;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;

/// A path of one machine: `/SCHEME/REST`, where `/` lists the schemes. The kernel knows it as `SCHEME:REST`.
///
/// `..` is resolved here and never sent, so no path leads out of its machine, and `/` has no parent.
final class FerritePath implements Path {
    private final FerriteFileSystem fileSystem;
    private final boolean absolute;
    private final List<String> names;

    private FerritePath(FerriteFileSystem fileSystem, boolean absolute, List<String> names) {
        this.fileSystem = fileSystem;
        this.absolute = absolute;
        this.names = List.copyOf(names);
    }

    /// @throws InvalidPathException if the text has a NUL
    static FerritePath parse(FerriteFileSystem fileSystem, String text) {
        int nul = text.indexOf(0);
        if (nul >= 0) {
            throw new InvalidPathException(text.replace('\0', '?'), "NUL is not allowed", nul);
        }
        List<String> names = new ArrayList<>();
        for (String name : text.split("/", -1)) {
            if (!name.isEmpty()) {
                names.add(name);
            }
        }
        return new FerritePath(fileSystem, text.startsWith("/"), names);
    }

    /// @throws ProviderMismatchException for a path of another provider
    static FerritePath of(Path path) {
        if (path instanceof FerritePath ours) {
            return ours;
        }
        throw new ProviderMismatchException(
                path + " is a path of " + path.getFileSystem().provider());
    }

    /// As the kernel knows it; `:` for the root.
    String schemePath() {
        List<String> real = toAbsolutePath().normalize().names;
        return real.isEmpty() ? ":" : real.getFirst() + ':' + String.join("/", real.subList(1, real.size()));
    }

    /// The scheme; empty for the root.
    String scheme() {
        List<String> real = toAbsolutePath().normalize().names;
        return real.isEmpty() ? "" : real.getFirst();
    }

    /// Whether it is a scheme itself, or the root above them.
    boolean isSchemeOrRoot() {
        return toAbsolutePath().normalize().names.size() < 2;
    }

    @Override
    public FerriteFileSystem getFileSystem() {
        return fileSystem;
    }

    @Override
    public boolean isAbsolute() {
        return absolute;
    }

    @Override
    @SuppressWarnings("NullAway") // the interface says null for a relative path
    public FerritePath getRoot() {
        return absolute ? new FerritePath(fileSystem, true, List.of()) : null;
    }

    @Override
    @SuppressWarnings("NullAway") // the interface says null for the root
    public FerritePath getFileName() {
        return names.isEmpty() ? (absolute ? null : this) : relative(List.of(names.getLast()));
    }

    @Override
    @SuppressWarnings("NullAway") // the interface says null where there is none
    public FerritePath getParent() {
        if (names.isEmpty() || !absolute && names.size() == 1) {
            return null;
        }
        return new FerritePath(fileSystem, absolute, names.subList(0, names.size() - 1));
    }

    @Override
    public int getNameCount() {
        return names.isEmpty() && !absolute ? 1 : names.size(); // the empty path has one empty name
    }

    @Override
    public FerritePath getName(int index) {
        if (index < 0 || index >= getNameCount()) {
            throw new IllegalArgumentException("name " + index + " of " + getNameCount() + " in \"" + this + '"');
        }
        return names.isEmpty() ? this : relative(List.of(names.get(index)));
    }

    @Override
    public FerritePath subpath(int begin, int end) {
        if (begin < 0 || end > getNameCount() || begin >= end) {
            throw new IllegalArgumentException("names " + begin + " to " + end + " of " + getNameCount());
        }
        return names.isEmpty() ? this : relative(names.subList(begin, end));
    }

    @Override
    public boolean startsWith(Path other) {
        return other instanceof FerritePath that
                && that.fileSystem.equals(fileSystem)
                && that.absolute == absolute
                && that.names.size() <= names.size()
                && (!that.names.isEmpty() || absolute || names.isEmpty())
                && names.subList(0, that.names.size()).equals(that.names);
    }

    @Override
    public boolean endsWith(Path other) {
        if (!(other instanceof FerritePath that) || !that.fileSystem.equals(fileSystem)) {
            return false;
        }
        if (that.absolute) {
            return equals(that);
        }
        int from = names.size() - that.names.size();
        return from >= 0
                && (!that.names.isEmpty() || names.isEmpty() && !absolute)
                && names.subList(from, names.size()).equals(that.names);
    }

    @Override
    public FerritePath normalize() {
        List<String> kept = new ArrayList<>();
        for (String name : names) {
            if (name.equals("..") && !kept.isEmpty() && !kept.getLast().equals("..")) {
                kept.removeLast();
            } else if (!name.equals(".") && !(name.equals("..") && absolute)) {
                kept.add(name);
            }
        }
        return new FerritePath(fileSystem, absolute, kept);
    }

    @Override
    public FerritePath resolve(Path other) {
        FerritePath that = of(other);
        if (that.absolute) {
            return that;
        }
        List<String> all = new ArrayList<>(names);
        all.addAll(that.names);
        return new FerritePath(fileSystem, absolute, all);
    }

    @Override
    public FerritePath relativize(Path other) {
        FerritePath that = of(other);
        if (that.absolute != absolute || !that.fileSystem.equals(fileSystem)) {
            throw new IllegalArgumentException("from \"" + this + "\" there is no relative path to \"" + that + '"');
        }
        int common = 0;
        while (common < names.size()
                && common < that.names.size()
                && names.get(common).equals(that.names.get(common))) {
            common++;
        }
        if (names.subList(common, names.size()).contains("..")) {
            throw new IllegalArgumentException("\"" + this + "\" has .. after what it shares with \"" + that + '"');
        }
        List<String> steps = new ArrayList<>();
        for (int i = common; i < names.size(); i++) {
            steps.add("..");
        }
        steps.addAll(that.names.subList(common, that.names.size()));
        return relative(steps);
    }

    @Override
    public URI toUri() {
        try {
            return new URI(
                    FerriteFileSystemProvider.SCHEME,
                    fileSystem.machine(),
                    toAbsolutePath().toString(),
                    null,
                    null);
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public FerritePath toAbsolutePath() {
        return absolute ? this : new FerritePath(fileSystem, true, names);
    }

    @Override
    public FerritePath toRealPath(LinkOption... options) throws IOException {
        FerritePath real = toAbsolutePath().normalize();
        fileSystem.attributes(real);
        return real;
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException("schemes do not tell of changes in directories");
    }

    @Override
    public int compareTo(Path other) {
        return toString().compareTo(of(other).toString());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FerritePath that
                && that.fileSystem.equals(fileSystem)
                && that.absolute == absolute
                && that.names.equals(names);
    }

    @Override
    public int hashCode() {
        return names.hashCode() * 2 + (absolute ? 1 : 0);
    }

    @Override
    public String toString() {
        return (absolute ? "/" : "") + String.join("/", names);
    }

    private FerritePath relative(List<String> some) {
        return new FerritePath(fileSystem, false, some);
    }
}
