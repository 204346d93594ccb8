package ferrite.device.usbstick;

import ferrite.spi.error.Errno;
import ferrite.spi.ring.Opcode;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Stat;
import ferrite.testkit.fake.FakeRequest;
import ferrite.testkit.fake.FakeRing;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The scheme `file:` on a folder of the test, which answers at once, late, in another order, in part or with an error.
final class FakeFiles implements FakeRing.Server {
    private record Open(Path file) {}

    private final Path folder;
    private final List<Open> files = new ArrayList<>();
    private final Set<Path> locked = new HashSet<>();
    private final List<FakeRequest> held = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private boolean holding;
    private long bytesMax = Long.MAX_VALUE;
    private long failure;

    FakeFiles(Path folder) {
        this.folder = folder;
    }

    /// Keeps requests on bytes until they are released.
    void hold(boolean on) {
        holding = on;
    }

    /// What is kept, in order of arrival.
    List<FakeRequest> held() {
        return held;
    }

    /// Answers one of the kept ones.
    void release(int index) {
        answer(held.remove(index));
    }

    /// Moves at most so many bytes a request.
    void bytesMax(long bytes) {
        bytesMax = bytes;
    }

    /// Answers requests on bytes with this error; 0 ends it.
    void fail(long status) {
        failure = status;
    }

    /// What was done, in order: `PWRITE 512+1024`, `FSYNC`.
    List<String> log() {
        return log;
    }

    @Override
    public void take(FakeRequest request) {
        Opcode opcode = Opcode.of(request.opcode()).orElseThrow();
        boolean onBytes = opcode == Opcode.PREAD || opcode == Opcode.PWRITE || opcode == Opcode.FSYNC;
        if (holding && onBytes) {
            held.add(request);
        } else {
            answer(request);
        }
    }

    private void answer(FakeRequest request) {
        try {
            request.complete(status(request));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private long status(FakeRequest request) throws IOException {
        Opcode opcode = Opcode.of(request.opcode()).orElseThrow();
        if (opcode == Opcode.OPEN) {
            return open(request);
        }
        if (request.file() < 0 || request.file() >= files.size()) {
            return Errno.EBADF.status();
        }
        Path file = files.get((int) request.file()).file();
        return switch (opcode) {
            case FSTAT -> {
                boolean directory = Files.isDirectory(file);
                new Stat(directory ? 0 : Files.size(file), 1, directory ? Stat.MODE_DIRECTORY : Stat.MODE_FILE)
                        .encode(request.buffer().segment(), 0);
                yield Stat.BYTES;
            }
            case PREAD, PWRITE, FSYNC -> move(opcode, request, file);
            default -> Errno.ENOSYS.status();
        };
    }

    private long open(FakeRequest request) {
        String path = new String(request.buffer().segment().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        Path file = folder.resolve(path.substring("file:".length()));
        boolean exclusive = (request.offset() & OpenFlags.EXLOCK) != 0;
        if (!Files.exists(file)) {
            return Errno.ENOENT.status();
        }
        if (Files.isDirectory(file) && (request.offset() & OpenFlags.WRONLY) != 0) {
            return Errno.EISDIR.status();
        }
        if (exclusive && !locked.add(file)) {
            return Errno.EADDRINUSE.status();
        }
        files.add(new Open(file));
        return files.size() - 1L;
    }

    private long move(Opcode opcode, FakeRequest request, Path path) throws IOException {
        if (failure != 0) {
            return failure;
        }
        if (opcode == Opcode.FSYNC) {
            log.add("FSYNC");
            return 0;
        }
        int length = (int) Math.min(request.buffer().length(), bytesMax);
        log.add(opcode + " " + request.offset() + "+" + length);
        byte[] bytes = new byte[length];
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(request.offset());
            if (opcode == Opcode.PWRITE) {
                MemorySegment.copy(request.buffer().segment(), ValueLayout.JAVA_BYTE, 0, bytes, 0, length);
                file.write(bytes);
                return length;
            }
            int count = Math.max(0, file.read(bytes));
            MemorySegment.copy(bytes, 0, request.buffer().segment(), ValueLayout.JAVA_BYTE, 0, count);
            return count;
        }
    }
}
