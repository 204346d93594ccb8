package ferrite.filed;

import ferrite.spi.context.Context;
import ferrite.spi.error.SchemeException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Work that may block, such as opening a file: done by the runtime's threads, concluded under the plug-in's token.
final class HostWork {
    private static final long CLOSE_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Context context;
    private final Queue<Runnable> conclusions = new ConcurrentLinkedQueue<>();
    private int running;

    HostWork(Context context) {
        this.context = context;
    }

    /// Begins work.
    ///
    /// @param work beside the plug-in: touches nothing of it
    /// @param done gets its result, under the token
    /// @param failed gets its error, under the token
    <T> void begin(Supplier<T> work, Consumer<T> done, Consumer<SchemeException> failed) {
        context.offload(() -> conclusions.add(conclusion(work, done, failed)));
        running++;
    }

    private static <T> Runnable conclusion(Supplier<T> work, Consumer<T> done, Consumer<SchemeException> failed) {
        try {
            T result = work.get();
            return () -> done.accept(result);
        } catch (SchemeException refused) {
            return () -> failed.accept(refused);
        } catch (RuntimeException broken) {
            return () -> {
                throw broken; // stops the plug-in, under the token as any other
            };
        }
    }

    /// Concludes what has ended.
    ///
    /// @return how many
    int poll() {
        int count = 0;
        for (Runnable next = conclusions.poll(); next != null; next = conclusions.poll()) {
            running--;
            count++;
            next.run();
        }
        return count;
    }

    boolean isIdle() {
        return running == 0;
    }

    /// Waits for what is running, for at most five seconds.
    void close() {
        context.await(
                () -> {
                    poll();
                    return isIdle();
                },
                CLOSE_LIMIT_NANOS);
    }
}
