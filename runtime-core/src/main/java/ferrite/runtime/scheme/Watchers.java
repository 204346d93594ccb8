package ferrite.runtime.scheme;

import ferrite.spi.error.Errno;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.scheme.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// Who watches one file for events. Any thread.
///
/// A request that was answered may be used for another at once, so each is answered by whoever takes it out of the
/// list, and events are posted while it cannot be taken out.
final class Watchers {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Request> watching = new ArrayList<>();
    private boolean closed;

    /// Begins to watch, or answers at once if something is ready and one event was asked for.
    ///
    /// @param ready the events that are ready now
    void add(Request request, int ready, long extra) {
        int wanted = request.syscallFlags();
        if (wanted == 0) {
            request.fail(Errno.EINVAL);
            return;
        }
        int hit = ready & wanted;
        boolean over;
        lock.lock();
        try {
            over = closed || hit != 0 && !isSubscribed(request);
            if (!over) {
                watching.add(request);
                if (hit != 0) {
                    request.post(hit, extra);
                }
            }
        } finally {
            lock.unlock();
        }
        if (over) {
            request.complete(hit == 0 ? Errno.ECANCELED.status() : hit, extra);
        }
    }

    /// Tells everybody who wants to know. An event that finds no place is dropped: the watcher has earlier ones to
    /// read.
    ///
    /// @param events [ferrite.spi.scheme.EventFlags]
    void tell(int events, long extra) {
        List<Request> over = new ArrayList<>();
        lock.lock();
        try {
            for (Request request : watching) {
                int hit = events & request.syscallFlags();
                if (hit != 0 && isSubscribed(request)) {
                    request.post(hit, extra);
                } else if (hit != 0) {
                    over.add(request);
                }
            }
            watching.removeAll(over);
        } finally {
            lock.unlock();
        }
        over.forEach(request -> request.complete(events & request.syscallFlags(), extra));
    }

    /// Answers ECANCELED to a request that is to be taken back.
    ///
    /// @return whether it was here
    boolean cancel(Request request) {
        boolean ours;
        lock.lock();
        try {
            ours = watching.remove(request);
        } finally {
            lock.unlock();
        }
        if (ours) {
            request.fail(Errno.ECANCELED);
        }
        return ours;
    }

    /// The file is closed: nobody watches it any more.
    void close() {
        List<Request> over;
        lock.lock();
        try {
            closed = true;
            over = List.copyOf(watching);
            watching.clear();
        } finally {
            lock.unlock();
        }
        over.forEach(request -> request.fail(Errno.ECANCELED));
    }

    private static boolean isSubscribed(Request request) {
        return (request.flags() & SqeFlags.SUBSCRIBE) != 0;
    }
}
