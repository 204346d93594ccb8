package ferrite.container.machine;

import ferrite.runtime.Application;
import ferrite.runtime.Kernel;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;

/// Applications that read random places of a disk, each with many requests in flight, and compare every byte.
public final class Readers implements AutoCloseable {
    private static final int APPLICATIONS = 4;
    private static final int OUTSTANDING = 16;
    private static final int BLOCK_BYTES = 512;
    private static final int BLOCKS_MAX = 16;
    /// After so long without an answer to any request, a reader gives up.
    private static final long STUCK_NANOS = 30_000_000_000L;

    private final Kernel kernel;
    private final String path;
    private final DiskImage image;
    private final long seed;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong served = new AtomicLong();
    private final LongAccumulator longestNanos = new LongAccumulator(Math::max, 0);
    private final Queue<String> problems = new ConcurrentLinkedQueue<>();
    private volatile boolean stopping;

    private Readers(Kernel kernel, String path, DiskImage image, long seed) {
        this.kernel = kernel;
        this.path = path;
        this.image = image;
        this.seed = seed;
    }

    /// Starts reading. The seed goes to standard output.
    ///
    /// @param path of the disk
    /// @param image what must be read
    public static Readers start(Kernel kernel, String path, DiskImage image) {
        long seed = Long.getLong("ferrite.itest.seed", System.nanoTime());
        System.out.println("readers: seed " + seed + " (-Dferrite.itest.seed)");
        Readers readers = new Readers(kernel, path, image, seed);
        for (int i = 0; i < APPLICATIONS; i++) {
            int number = i;
            readers.threads.add(Thread.ofPlatform().name("reader-" + i).start(() -> readers.run(number)));
        }
        return readers;
    }

    /// Reads that were answered with the right bytes.
    public long served() {
        return served.get();
    }

    /// Everything else that happened: errors, wrong bytes, answers to nothing, answers that did not come.
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /// The longest time between a submission and its answer.
    public double longestMillis() {
        return longestNanos.get() / 1e6;
    }

    /// Waits until so many reads more were served.
    ///
    /// @throws IllegalStateException if something went wrong, or it takes longer than 30 s
    public void awaitMore(long reads) throws InterruptedException {
        long wanted = served() + reads;
        long deadline = System.nanoTime() + STUCK_NANOS;
        while (served() < wanted) {
            if (!problems.isEmpty() || System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(
                        served() + " reads served, waiting for " + wanted + ", seed " + seed + ": " + problems);
            }
            Thread.sleep(1);
        }
    }

    /// Lets every request be answered, then ends.
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

    private void run(int number) {
        try (Application application = kernel.openApplication("reader-" + number)) {
            new Reader(application, new SplittableRandom(seed + number)).run();
        } catch (RuntimeException e) {
            problems.add("reader-" + number + " ended: " + e);
        }
    }

    /// One application. A slot is one request after the other; its user data is the slot plus a count of uses.
    private final class Reader {
        private final Application application;
        private final ConsumerInstance ring;
        private final SplittableRandom random;
        private final BufferSlice[] slices = new BufferSlice[OUTSTANDING];
        private final long[] offsets = new long[OUTSTANDING];
        private final long[] begun = new long[OUTSTANDING];
        private final long[] tags = new long[OUTSTANDING];
        private final boolean[] busy = new boolean[OUTSTANDING];
        private long fd;
        private int inFlight;

        Reader(Application application, SplittableRandom random) {
            this.application = application;
            this.ring = application.kernel();
            this.random = random;
        }

        void run() {
            fd = ring.open(application.pool(), path, OpenFlags.RDONLY);
            long progress = System.nanoTime();
            while (!stopping || inFlight > 0) {
                for (int slot = 0; slot < OUTSTANDING && !stopping; slot++) {
                    if (!busy[slot]) {
                        submit(slot);
                    }
                }
                ring.enter(inFlight > 0 ? 1 : 0);
                int answers = ring.reap(this::completed, OUTSTANDING);
                long now = System.nanoTime();
                progress = answers > 0 ? now : progress;
                if (now - progress > STUCK_NANOS) {
                    problems.add(inFlight + " reads without an answer");
                    return;
                }
            }
            ring.closeFile(fd);
        }

        private void submit(int slot) {
            long bytes = random.nextInt(1, BLOCKS_MAX + 1) * (long) BLOCK_BYTES;
            offsets[slot] = random.nextLong((DiskImage.BYTES - bytes) / BLOCK_BYTES + 1) * BLOCK_BYTES;
            slices[slot] = application.pool().acquire(bytes, BLOCK_BYTES);
            slices[slot].segment().fill((byte) 0xA5);
            tags[slot] += OUTSTANDING;
            begun[slot] = System.nanoTime();
            SubmissionQueueEntry entry = SubmissionQueueEntry.of(Opcode.PREAD)
                    .withFd(fd)
                    .withOffset(offsets[slot])
                    .withUserData(tags[slot] + slot);
            busy[slot] = ring.submit(entry, slices[slot]);
            if (busy[slot]) {
                inFlight++;
            } else {
                slices[slot].close();
            }
        }

        private void completed(CompletionQueueEntry answer) {
            int slot = (int) (answer.userData() % OUTSTANDING);
            if (!busy[slot] || answer.userData() != tags[slot] + slot) {
                problems.add("an answer to nothing, or a second one: " + answer);
                return;
            }
            busy[slot] = false;
            inFlight--;
            longestNanos.accumulate(System.nanoTime() - begun[slot]);
            BufferSlice slice = slices[slot];
            if (answer.isError()) {
                problems.add("read at " + offsets[slot] + " failed: "
                        + Errno.of(answer.status()).map(Errno::name).orElse(Long.toString(answer.status())));
            } else if (answer.status() != slice.segment().byteSize()) {
                problems.add("read at " + offsets[slot] + ": " + answer.status() + " of "
                        + slice.segment().byteSize() + " bytes");
            } else if (!image.isRight(slice.segment(), offsets[slot])) {
                problems.add("read at " + offsets[slot] + ": wrong bytes");
            } else {
                served.incrementAndGet();
            }
            slice.close();
        }
    }
}
