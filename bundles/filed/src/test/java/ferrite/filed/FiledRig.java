package ferrite.filed;

import ferrite.filed.host.HostIo;
import ferrite.filed.host.UringIo;
import ferrite.runtime.PluginFactory;
import ferrite.runtime.PluginInstance;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.Layer;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Stat;
import ferrite.testkit.TestKernel;
import ferrite.testkit.TestSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/// The real kernel with filed and one client; the root is a folder of the test.
final class FiledRig implements AutoCloseable {
    final TestKernel kernel = new TestKernel();
    final Path root;
    final PluginInstance filed;

    private final Map<String, Object> settings;
    private final Supplier<HostIo> uring;
    private final List<String> notices = new CopyOnWriteArrayList<>();

    private FiledRig(Path root, Map<String, Object> settings, Supplier<HostIo> uring) {
        this.root = root;
        this.settings = Map.copyOf(settings);
        this.uring = uring;
        filed = launch();
    }

    /// @param io `uring` or `channel`
    static FiledRig start(Path root, String io) {
        return start(root, Map.of("root", root.toString(), "io", io));
    }

    static FiledRig start(Path root, Map<String, Object> settings) {
        return new FiledRig(root, settings, UringIo::open);
    }

    /// @param uring in place of the host's
    static FiledRig start(Path root, Map<String, Object> settings, Supplier<HostIo> uring) {
        return new FiledRig(root, settings, uring);
    }

    private PluginInstance launch() {
        try {
            return kernel.launch("filed", Layer.HOST, factory());
        } catch (RuntimeException failed) {
            kernel.close();
            throw failed;
        }
    }

    /// Of another instance with the same settings.
    PluginFactory factory() {
        return (context, memory, pool) -> new FileServer(context, TestSettings.of(settings), uring, notices::add);
    }

    /// What filed wanted to be known.
    List<String> notices() {
        return notices;
    }

    ConsumerInstance ring() {
        return kernel.application().kernel();
    }

    long open(String path, long flags) {
        return ring().open(kernel.application().pool(), "file:" + path, flags);
    }

    /// What opening answers: 0, or the error.
    Errno refusal(String path, long flags) {
        try {
            ring().closeFile(open(path, flags));
        } catch (SchemeException refused) {
            return refused.errno();
        }
        throw new AssertionError("file:" + path + " was opened");
    }

    BufferSlice buffer(long bytes) {
        return kernel.application().pool().acquire(bytes, 64);
    }

    long write(long fd, long offset, byte[] bytes) {
        try (BufferSlice buffer = buffer(Math.max(1, bytes.length))) {
            MemorySegment.copy(bytes, 0, buffer.segment(), ValueLayout.JAVA_BYTE, 0, bytes.length);
            return ring().pwrite(fd, buffer.slice(0, bytes.length), offset);
        }
    }

    byte[] read(long fd, long offset, int bytes) {
        try (BufferSlice buffer = buffer(Math.max(1, bytes))) {
            long count = ring().pread(fd, buffer.slice(0, bytes), offset);
            return buffer.segment().asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    String text(String path) {
        long fd = open(path, OpenFlags.RDONLY);
        try {
            return new String(read(fd, 0, 65_536), StandardCharsets.UTF_8);
        } finally {
            ring().closeFile(fd);
        }
    }

    Stat stat(long fd) {
        try (BufferSlice buffer = buffer(Stat.BYTES)) {
            ring().call(SubmissionQueueEntry.of(Opcode.FSTAT).withFd(fd), buffer)
                    .valueOrThrow("fstat");
            return Stat.decode(buffer.segment(), 0);
        }
    }

    long call(Opcode opcode, long fd, long offset) {
        return ring().call(SubmissionQueueEntry.of(opcode).withFd(fd).withOffset(offset))
                .status();
    }

    /// The status of an operation on a path.
    long onPath(Opcode opcode, long fd, String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        try (BufferSlice buffer = buffer(bytes.length)) {
            MemorySegment.copy(bytes, 0, buffer.segment(), ValueLayout.JAVA_BYTE, 0, bytes.length);
            return ring().call(SubmissionQueueEntry.of(opcode).withFd(fd), buffer)
                    .status();
        }
    }

    Path file(String name, byte[] content) {
        try {
            return Files.write(root.resolve(name), content);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @Override
    public void close() {
        kernel.close();
    }
}
