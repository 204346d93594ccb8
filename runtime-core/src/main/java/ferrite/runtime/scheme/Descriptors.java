package ferrite.runtime.scheme;

import ferrite.runtime.context.FileDescription;
import ferrite.runtime.context.KernelCall;
import ferrite.runtime.context.KernelContext;
import ferrite.runtime.context.KernelRing;
import ferrite.runtime.ring.InFlight;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Operations on descriptors: they come and go here, and a scheme hears only of the last of a file.
final class Descriptors {
    private static final KernelCall.Conclusion PASS = KernelCall.Conclusion.PASS;

    private Descriptors() {}

    /// Gives an opened file a descriptor, or closes it.
    ///
    /// @throws SchemeException EMFILE; ESHUTDOWN if the context has ended
    static long install(KernelContext context, FileDescription file) {
        try {
            return context.files().add(file);
        } catch (SchemeException full) {
            if (file.release()) {
                close(context, file);
            }
            throw full;
        }
    }

    /// Tells the scheme that the last descriptor of a file is gone.
    static void close(KernelContext context, FileDescription file) {
        SubmissionQueueEntry entry = SubmissionQueueEntry.of(Opcode.CLOSE).withFd(file.file());
        new KernelCall(context, file.target(), entry, null, PASS, null).begin();
    }

    static long closeOne(KernelRing ring, InFlight record) {
        FileDescription file = ring.context()
                .files()
                .remove(record.fd())
                .orElseThrow(() -> new SchemeException(Errno.EBADF, "descriptor " + record.fd()));
        if (!file.release() || file.target().isGone()) {
            ring.complete(record, record.generation(), 0, 0);
            return 0;
        }
        ring.callFor(record)
                .fill(file.target(), record.opcode(), file.file(), null, 0, PASS, null)
                .begin();
        return 0;
    }

    static long closeRange(KernelRing ring, InFlight record) {
        if (record.fd() < 0 || record.length() < 0) {
            return Errno.EINVAL.status();
        }
        return new CloseAll(ring.context(), record.fd(), record.length()).begin(ring, record);
    }

    static long dup(KernelRing ring, InFlight record) {
        FileDescription file = ring.file(record);
        KernelContext context = ring.context();
        if (record.buffer() == null) {
            file.retain();
            ring.complete(record, record.generation(), install(context, file), 0);
            return 0;
        }
        KernelCall.Conclusion conclusion = (_, status) -> status < 0
                ? status
                : install(context, new FileDescription(file.target(), status, file.path() + "+", file.flags()));
        ring.callFor(record)
                .fill(file.target(), record.opcode(), file.file(), record.buffer(), record.offset(), conclusion, null)
                .begin();
        return 0;
    }

    /// The receiver may use it, whatever its namespace, but only what is below it: it must not come to wait upward.
    static long send(KernelRing ring, InFlight record) {
        FileDescription file = ring.file(record);
        KernelContext receiver = ring.context().serverOf(record.additional1());
        Namespaces.requireBelow(receiver, file.target());
        file.retain();
        ring.complete(record, record.generation(), install(receiver, file), 0);
        return 0;
    }

    /// Closes files one after the other. Cannot be taken back: the descriptors are gone at once.
    private static final class CloseAll extends Sequence {
        private final Deque<FileDescription> last = new ArrayDeque<>();
        private final int count;

        CloseAll(KernelContext context, long first, long places) {
            super(context);
            var open = context.files().removeRange(first, places);
            count = open.size();
            for (FileDescription file : open) {
                if (file.release() && !file.target().isGone()) {
                    last.add(file);
                }
            }
        }

        @Override
        @Nullable
        KernelCall next() {
            FileDescription file = last.poll();
            return file == null ? null : step(file.target(), Opcode.CLOSE, file.file(), null, 0);
        }

        @Override
        void answered(long status) {
            // a descriptor is closed whatever its scheme says
        }

        @Override
        boolean isCancellable() {
            return false;
        }

        @Override
        long status() {
            return count;
        }
    }
}
