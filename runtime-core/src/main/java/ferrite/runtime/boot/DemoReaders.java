package ferrite.runtime.boot;

import ferrite.runtime.Application;
import ferrite.runtime.Kernel;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/// Threads that read the demo's disk at random places and check every byte, until they are told to stop.
final class DemoReaders implements AutoCloseable {
    private static final int THREADS = 4;
    private static final int READ_BYTES = 4096;

    private final Kernel kernel;
    private final String path;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong served = new AtomicLong();
    private final LongAdder failed = new LongAdder();
    private final LongAdder wrong = new LongAdder();
    private final LongAccumulator longestNanos = new LongAccumulator(Math::max, 0);
    private volatile boolean stopping;

    private DemoReaders(Kernel kernel, String path) {
        this.kernel = kernel;
        this.path = path;
    }

    /// Starts reading.
    ///
    /// @param path of the disk
    static DemoReaders start(Kernel kernel, String path) {
        DemoReaders readers = new DemoReaders(kernel, path);
        for (int i = 0; i < THREADS; i++) {
            int seed = i;
            readers.threads.add(Thread.ofPlatform().name("reader-" + i).start(() -> readers.read(seed)));
        }
        return readers;
    }

    /// Reads that were answered with the right bytes.
    long served() {
        return served.get();
    }

    /// Reads that were answered with an error, and threads that ended with an exception.
    long failed() {
        return failed.sum();
    }

    /// Reads that were answered with other bytes.
    long wrong() {
        return wrong.sum();
    }

    /// The longest time between a question and its answer.
    double longestMillis() {
        return longestNanos.get() / 1e6;
    }

    /// Waits until so many reads were served.
    ///
    /// @return false if they were not after the limit, or somebody failed
    boolean await(long reads, long limitMillis) throws InterruptedException {
        long deadline = System.nanoTime() + limitMillis * 1_000_000;
        while (served() < reads) {
            if (failed() > 0 || System.nanoTime() - deadline > 0) {
                return false;
            }
            Thread.sleep(1);
        }
        return true;
    }

    /// Tells the threads to stop and waits for them.
    @Override
    public void close() {
        stopping = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(int seed) {
        try (Application application = kernel.openApplication("reader-" + seed);
                BufferSlice slice = application.pool().acquire(READ_BYTES, READ_BYTES)) {
            long fd = application.kernel().open(application.pool(), path, OpenFlags.RDONLY);
            SplittableRandom random = new SplittableRandom(seed);
            while (!stopping) {
                long offset = random.nextLong(DemoDisk.BYTES / READ_BYTES) * READ_BYTES;
                readOnce(application, slice, fd, offset);
            }
            application.kernel().closeFile(fd);
        } catch (RuntimeException e) {
            failed.increment();
            System.getLogger(DemoReaders.class.getName()).log(System.Logger.Level.ERROR, "a reader ended", e);
        }
    }

    private void readOnce(Application application, BufferSlice slice, long fd, long offset) {
        long begin = System.nanoTime();
        CompletionQueueEntry answer = application
                .kernel()
                .call(SubmissionQueueEntry.of(Opcode.PREAD).withFd(fd).withOffset(offset), slice);
        longestNanos.accumulate(System.nanoTime() - begin);
        if (answer.status() != READ_BYTES) {
            failed.increment();
        } else if (!DemoDisk.isRight(slice.segment(), READ_BYTES, offset)) {
            wrong.increment();
        } else {
            served.incrementAndGet();
        }
    }
}
