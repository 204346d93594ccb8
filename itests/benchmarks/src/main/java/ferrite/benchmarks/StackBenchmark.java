package ferrite.benchmarks;

import ferrite.runtime.Application;
import ferrite.runtime.boot.EmbeddedMachine;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Reads through the whole stack of the default machine, without the container: application, kernel, usbscsid, xhcid,
/// bridge, controller, stick, image file in the page cache.
///
/// Needs the system properties `ferrite.distribution` (folder with `machines`, `conf`, `system/plugins`).
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class StackBenchmark {
    private static final int DISK_BYTES = 64 << 20;
    private static final int BLOCK_BYTES = 4096;
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int IN_FLIGHT = 4;
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(30);

    private Path folder;
    private EmbeddedMachine machine;
    private Application application;
    private long disk;
    private BufferSlice block;
    private final BufferSlice[] chunks = new BufferSlice[IN_FLIGHT];
    private long next;

    @Setup(Level.Trial)
    public void boot() throws IOException {
        Path distribution = Path.of(System.getProperty("ferrite.distribution"));
        folder = Files.createTempDirectory("ferrite-benchmark");
        Path image = folder.resolve("disk.img");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.write(new byte[DISK_BYTES]);
        }
        List<Path> plugins;
        try (Stream<Path> jars = Files.list(distribution.resolve("system/plugins"))) {
            plugins = jars.sorted().toList();
        }
        machine = EmbeddedMachine.start(
                distribution.resolve("machines/usb-stick.toml"),
                image,
                distribution.resolve("conf"),
                plugins,
                folder.resolve("plugins"));
        if (!machine.awaitSettled(SETTLE_LIMIT)) {
            throw new IllegalStateException("the machine did not settle");
        }
        application = machine.kernel().openApplication("benchmark");
        String scheme = machine.kernel().schemeNames().stream()
                .filter(name -> name.startsWith("disk."))
                .findFirst()
                .orElseThrow();
        disk = application.kernel().open(application.pool(), scheme + ":0", OpenFlags.RDONLY);
        block = application.pool().acquire(BLOCK_BYTES, BLOCK_BYTES);
        for (int i = 0; i < IN_FLIGHT; i++) {
            chunks[i] = application.pool().acquire(CHUNK_BYTES, BLOCK_BYTES);
        }
    }

    @TearDown(Level.Trial)
    public void close() {
        application.close();
        machine.close();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// One 4 KiB read at a time, at scattered places.
    @Benchmark
    @BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
    public long read4KiB() {
        next = (next + 7_919) % (DISK_BYTES / BLOCK_BYTES);
        return application.kernel().pread(disk, block, next * BLOCK_BYTES);
    }

    /// The whole disk from front to back, 1 MiB a request, four in flight: 64 MiB an operation.
    @Benchmark
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public long read64MiBInSequence() {
        ConsumerInstance ring = application.kernel();
        long[] moved = new long[1];
        int requests = DISK_BYTES / CHUNK_BYTES;
        int sent = 0;
        int done = 0;
        while (done < requests) {
            while (sent < requests && sent - done < IN_FLIGHT) {
                ring.submit(
                        SubmissionQueueEntry.of(Opcode.PREAD).withFd(disk).withOffset((long) sent * CHUNK_BYTES),
                        chunks[sent % IN_FLIGHT]);
                sent++;
            }
            ring.enter(1);
            done += ring.reap(completion -> moved[0] += completion.valueOrThrow("read"), IN_FLIGHT);
        }
        return moved[0];
    }
}
