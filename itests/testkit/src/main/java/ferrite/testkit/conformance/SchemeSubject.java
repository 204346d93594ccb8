package ferrite.testkit.conformance;

import ferrite.runtime.Application;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.SchemeName;
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
/// @param bus of a scheme without files; null: it has files, and is asked by the kernel's ring
public record SchemeSubject(
        Application application,
        String name,
        @Nullable String directory,
        String file,
        @Nullable String missing,
        long flags,
        Runnable end,
        @Nullable Bus bus)
        implements AutoCloseable {

    /// How a scheme is asked that opens nothing: a device on its bus.
    ///
    /// @param ring straight to it
    /// @param alive an entry that succeeds as long as it works
    public record Bus(ConsumerInstance ring, SubmissionQueueEntry alive) {}

    /// A scheme with files.
    public SchemeSubject(
            Application application,
            String name,
            @Nullable String directory,
            String file,
            @Nullable String missing,
            long flags,
            Runnable end) {
        this(application, name, directory, file, missing, flags, end, null);
    }

    /// A scheme with a readable file.
    public SchemeSubject(Application application, String name, String file, Runnable end) {
        this(application, name, null, file, null, OpenFlags.RDONLY, end);
    }

    /// A scheme that opens nothing and is asked by a ring of its own.
    ///
    /// @param alive an entry without a buffer that succeeds as long as it works
    public static SchemeSubject withoutFiles(
            Application application, String name, SubmissionQueueEntry alive, Runnable end) {
        ConsumerInstance ring = application.connect(new SchemeName(name), RingParameters.DEFAULT);
        return new SchemeSubject(application, name, null, "", null, 0, end, new Bus(ring, alive));
    }

    /// By which it is asked.
    ConsumerInstance ring() {
        return bus == null ? application.kernel() : bus.ring;
    }

    /// What stands before a path on that ring.
    String prefix() {
        return bus == null ? name + ":" : "";
    }

    @Override
    public void close() {
        end.run();
    }
}
