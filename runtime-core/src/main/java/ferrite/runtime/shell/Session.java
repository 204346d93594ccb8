package ferrite.runtime.shell;

import ferrite.runtime.Application;
import ferrite.runtime.Kernel;
import ferrite.runtime.plugin.NearMatch;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.SchemePath;
import ferrite.spi.scheme.Stat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// One command's way into the runtime: an application of its own, whose errors name paths. Closed with the command.
final class Session implements AutoCloseable {
    /// Bytes of one read.
    private static final long CHUNK_BYTES = 64 << 10;
    /// Most bytes of a file that is read as one text.
    private static final int TEXT_BYTES_MAX = 16 << 20;

    private final Kernel kernel;
    private final Application application;

    Session(Kernel kernel, String command) {
        this.kernel = kernel;
        this.application = kernel.openApplication(command);
    }

    Application application() {
        return application;
    }

    /// Opens a path.
    ///
    /// @param flags [OpenFlags]
    /// @throws CommandException if the path has no scheme, or nobody serves that scheme
    /// @throws SchemeException as the scheme answers
    SchemeFile open(String path, long flags) {
        checkScheme(path);
        try {
            ConsumerInstance ring = application.kernel();
            return new SchemeFile(path, ring, ring.open(application.pool(), path, flags));
        } catch (SchemeException e) {
            throw failure(path, e);
        }
    }

    /// Size and kind of an open file.
    Stat stat(SchemeFile file) {
        try (BufferSlice slice = application.pool().acquire(Stat.BYTES, 8)) {
            SubmissionQueueEntry entry = SubmissionQueueEntry.of(Opcode.FSTAT).withFd(file.fd());
            file.ring().call(entry, slice).valueOrThrow("fstat " + file.path());
            return Stat.decode(slice.segment(), 0);
        }
    }

    /// Copies a file to a stream, to its end.
    ///
    /// @param bytesMax more than that is not read
    void copy(String path, OutputStream out, long bytesMax) {
        try (SchemeFile file = open(path, OpenFlags.RDONLY);
                BufferSlice slice = application.pool().acquire(CHUNK_BYTES, 4096)) {
            byte[] bytes = new byte[(int) CHUNK_BYTES];
            long offset = 0;
            long count = file.read(slice, offset);
            while (count > 0 && offset < bytesMax) {
                MemorySegment.copy(slice.segment(), ValueLayout.JAVA_BYTE, 0, bytes, 0, (int) count);
                out.write(bytes, 0, (int) Math.min(count, bytesMax - offset));
                offset += count;
                count = offset < bytesMax ? file.read(slice, offset) : 0;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A whole file as text.
    String text(String path) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        copy(path, bytes, TEXT_BYTES_MAX);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /// The names that a directory lists.
    List<String> list(String path) {
        return text(path).lines().filter(line -> !line.isEmpty()).toList();
    }

    /// Names of the schemes that begin so, sorted.
    List<String> schemes(String prefix) {
        return kernel.schemeNames().stream()
                .filter(name -> name.startsWith(prefix))
                .sorted()
                .toList();
    }

    @Override
    public void close() {
        application.close();
    }

    /// An error that names the path and says what to do.
    static RuntimeException failure(String path, SchemeException e) {
        String advice = switch (e.errno()) {
            case ENOENT -> "; \"ls " + path.substring(0, path.indexOf(':') + 1) + "\" shows what is there";
            case ENODEV -> "; its driver has gone, \"plugins\" shows why";
            case EISDIR -> "; use \"ls " + path + "\"";
            case EROFS -> "; it is read only";
            default -> "";
        };
        return new CommandException(path + ": " + e.errno().meaning() + " (" + e.errno() + ")" + advice);
    }

    private void checkScheme(String path) {
        SchemePath parsed;
        try {
            parsed = SchemePath.parse(path);
        } catch (SchemeException noColon) {
            throw new CommandException(
                    path + ": a path begins with its scheme, as in pci:summary; \"ls :\" lists the schemes");
        }
        List<String> names = kernel.schemeNames();
        if (!parsed.scheme().isEmpty() && !names.contains(parsed.scheme())) {
            throw new CommandException(path + ": nobody serves the scheme " + parsed.scheme() + ": ("
                    + Errno.ENODEV + ")" + NearMatch.hint(parsed.scheme(), names)
                    + "; \"ls :\" lists the schemes");
        }
    }
}
