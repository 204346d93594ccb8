package ferrite.client.file;

import java.io.IOException;
import java.nio.file.ClosedDirectoryStreamException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// The names that a directory had when it was opened.
final class NameStream implements DirectoryStream<Path> {
    private final FerritePath directory;
    private final List<String> names;
    private final DirectoryStream.Filter<? super Path> filter;
    private boolean begun;
    private volatile boolean closed;

    NameStream(FerritePath directory, List<String> names, DirectoryStream.Filter<? super Path> filter) {
        this.directory = directory;
        this.names = names;
        this.filter = filter;
    }

    @Override
    public Iterator<Path> iterator() {
        if (closed) {
            throw new ClosedDirectoryStreamException();
        }
        if (begun) {
            throw new IllegalStateException("a directory stream has one iterator; open another stream");
        }
        begun = true;
        Iterator<String> all = names.iterator();
        return new Iterator<>() {
            private @Nullable Path next;

            @Override
            public boolean hasNext() {
                while (next == null && !closed && all.hasNext()) {
                    Path path = directory.resolve(all.next());
                    if (accepts(path)) {
                        next = path;
                    }
                }
                return next != null;
            }

            @Override
            public Path next() {
                if (!hasNext() || next == null) {
                    throw new NoSuchElementException(directory + " has no more names");
                }
                Path result = next;
                next = null;
                return result;
            }
        };
    }

    @Override
    public void close() {
        closed = true;
    }

    private boolean accepts(Path path) {
        try {
            return filter.accept(path);
        } catch (IOException failed) {
            throw new DirectoryIteratorException(failed);
        }
    }
}
