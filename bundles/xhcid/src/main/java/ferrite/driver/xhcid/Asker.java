package ferrite.driver.xhcid;

import ferrite.spi.error.Errno;
import ferrite.spi.scheme.Request;

/// Who waits for a transfer.
sealed interface Asker {
    /// @param status bytes moved, or a negative error number
    void done(long status);

    default void fail(Errno errno) {
        done(errno.status());
    }

    /// A client's request.
    record Client(Request request) implements Asker {
        @Override
        public void done(long status) {
            request.complete(status);
        }
    }

    /// The driver itself, in a sequence that waits.
    final class Sequence implements Asker {
        private boolean isDone;
        private long status;

        @Override
        public void done(long newStatus) {
            isDone = true;
            status = newStatus;
        }

        boolean isDone() {
            return isDone;
        }

        long status() {
            return status;
        }
    }

    /// Nobody any more: the transfer was cancelled, its TRBs do nothing.
    record Nobody() implements Asker {
        @Override
        public void done(long status) {}
    }
}
