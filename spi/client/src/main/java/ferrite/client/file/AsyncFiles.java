package ferrite.client.file;

import ferrite.client.BlockingHandle;
import ferrite.client.Handle;
import ferrite.client.Reactor;
import ferrite.spi.buffer.BufferSlice;
import java.util.concurrent.locks.ReentrantLock;

/// The files of asynchronous channels: one session, driven by one thread of its own, many requests in flight.
final class AsyncFiles {
    private final Session session;
    private final Reactor reactor;
    private final Handle handle;
    private final ReentrantLock blocks;
    private final Thread owner;

    AsyncFiles(String machine, Session session, ReentrantLock blocks) {
        this.session = session;
        this.blocks = blocks;
        reactor = Reactor.builder(session.pool()).build();
        handle = reactor.handle(reactor.addPrimary(session.kernel(), session.parameters()));
        owner = Thread.ofPlatform().daemon().name("ferrite-files-" + machine).start(reactor::run);
    }

    Handle handle() {
        return handle;
    }

    BlockingHandle blocking() {
        return handle.blocking();
    }

    ReentrantLock blocks() {
        return blocks;
    }

    BufferSlice acquire(long bytes, long alignment) {
        return session.pool().acquire(bytes, alignment);
    }

    /// Ends what is in flight, then the session.
    void close() {
        reactor.close();
        boolean interrupted = false;
        while (owner.isAlive()) {
            try {
                owner.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        session.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
