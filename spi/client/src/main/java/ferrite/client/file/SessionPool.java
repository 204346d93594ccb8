package ferrite.client.file;

import ferrite.spi.error.SchemeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// The sessions of one file system. A file belongs to the session that opened it; new files go to a session that
/// nobody uses at the moment, or to a new one.
final class SessionPool {
    private final Sessions sessions;
    private final int max;
    private final List<LockedSession> opened = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private int next;

    SessionPool(Sessions sessions, int max) {
        this.sessions = sessions;
        this.max = max;
    }

    LockedSession get() {
        lock.lock();
        try {
            for (LockedSession session : opened) {
                if (!session.isBusy()) {
                    return session;
                }
            }
            if (opened.size() < max) {
                LockedSession fresh = new LockedSession(sessions.open());
                opened.add(fresh);
                return fresh;
            }
            next = (next + 1) % opened.size();
            return opened.get(next);
        } catch (SchemeException noMore) {
            if (opened.isEmpty()) {
                throw noMore;
            }
            return opened.getFirst();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            opened.forEach(LockedSession::close);
        } finally {
            lock.unlock();
        }
    }
}
