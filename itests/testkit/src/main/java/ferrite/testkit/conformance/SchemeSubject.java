package ferrite.testkit.conformance;

import ferrite.runtime.Application;
import ferrite.spi.scheme.OpenFlags;
import org.jspecify.annotations.Nullable;

/// A running scheme and what can be opened there.
///
/// @param application asks; one thread
/// @param name of the scheme, without the colon
/// @param directory a path behind the colon that opens as a directory; null: there is none
/// @param file a path behind the colon that opens and can be read
/// @param missing a path behind the colon that does not exist; null: every path opens
/// @param flags with which the file is opened, [OpenFlags]
/// @param end ends everything
public record SchemeSubject(
        Application application,
        String name,
        @Nullable String directory,
        String file,
        @Nullable String missing,
        long flags,
        Runnable end)
        implements AutoCloseable {

    /// A scheme with a readable file.
    public SchemeSubject(Application application, String name, String file, Runnable end) {
        this(application, name, null, file, null, OpenFlags.RDONLY, end);
    }

    @Override
    public void close() {
        end.run();
    }
}
