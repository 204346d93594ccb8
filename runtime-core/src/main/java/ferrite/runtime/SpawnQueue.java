package ferrite.runtime;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// Wishes to start drivers, fulfilled one after the other on a thread of their own: a start may take long, and whoever
/// wished must not wait for it.
final class SpawnQueue implements AutoCloseable {
    private static final Logger LOG = System.getLogger(SpawnQueue.class.getName());

    private static final int CLOSE_SECONDS_MAX = 10;

    private final ExecutorService thread;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicReference<SpawnHandler> handler = new AtomicReference<>();
    private final CountDownLatch handled = new CountDownLatch(1);

    SpawnQueue(String name) {
        thread = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name(name + "-spawn").daemon().factory());
    }

    void handleWith(SpawnHandler newHandler) {
        handler.set(newHandler);
        handled.countDown();
    }

    void add(SpawnRequest request) {
        open.incrementAndGet();
        try {
            thread.execute(() -> fulfil(request));
        } catch (RejectedExecutionException closing) {
            open.decrementAndGet();
        }
    }

    /// Whether no wish is open.
    boolean isIdle() {
        return open.get() == 0;
    }

    @Override
    public void close() {
        thread.shutdownNow().forEach(_ -> open.decrementAndGet());
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
                LOG.log(Level.WARNING, "a driver is still starting after {0} s", CLOSE_SECONDS_MAX);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void fulfil(SpawnRequest request) {
        try {
            handled.await();
            handler.get().spawn(request);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failed) {
            LOG.log(
                    Level.ERROR,
                    () -> request.parentName() + " wished for " + request.instance() + ": " + failed.getMessage());
        } finally {
            open.decrementAndGet();
        }
    }
}
