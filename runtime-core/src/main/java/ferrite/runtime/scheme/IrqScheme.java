package ferrite.runtime.scheme;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.EventFlags;
import ferrite.spi.scheme.IrqOperation;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.Stat;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// `irq:`: interrupts as files, with Redox's tree. One processor, 208 free interrupts, N raised by message data N + 32.
///
/// | path         | use                                                                          |
/// |--------------|------------------------------------------------------------------------------|
/// | ``           | lists `bsp`, `cpu-00`, `msi`                                                 |
/// | `bsp`        | read: the number of the boot processor                                       |
/// | `cpu-00`     | lists free interrupts                                                        |
/// | `cpu-00/N`   | CREAT takes N; read: 8 bytes, how many so far, 0 bytes if all acknowledged; write: acknowledge;
/// events |
/// | `msi`        | [IrqOperation#SIGNAL]                                                        |
final class IrqScheme implements AsyncScheme {
    private static final int FIRST = 16;
    private static final int LAST = 223;
    private static final int VECTOR_OFFSET = 32;
    private static final long MESSAGE_ADDRESS = 0xFEE0_0000L;
    private static final long MESSAGE_ADDRESS_MASK = 0xFFFF_FFFF_FFF0_0000L;
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// One taken interrupt.
    private static final class Line {
        final int number;
        final AtomicLong count = new AtomicLong();
        final AtomicLong acknowledged = new AtomicLong();
        final Watchers watchers = new Watchers();

        Line(int number) {
            this.number = number;
        }
    }

    /// An open file: a listing or a line.
    private record IrqFile(
            String path, byte[] content, @Nullable Line line, int mode) {}

    private final Map<Integer, Line> lines = new ConcurrentHashMap<>();
    private final OpenFiles<IrqFile> files = new OpenFiles<>();
    private final AtomicLong spurious = new AtomicLong();

    /// Messages that no taken interrupt answers to.
    long spurious() {
        return spurious.get();
    }

    @Override
    public void handle(Request request) {
        switch (Operation.of(request)) {
            case Operation.Open(String path, long flags) -> request.complete(files.add(open(path, flags)));
            case Operation.Read(long file, long offset, BufferSlice into) ->
                read(request, files.get(file), offset, into);
            case Operation.Write(long file, long _, BufferSlice from) -> acknowledge(request, files.get(file), from);
            case Operation.RegisterEvents(long file, int events) -> watch(request, line(file), events);
            case Operation.Fevent(long file, int events) -> request.complete(ready(line(file)) & events);
            case Operation.Private(int opcode) when opcode == IrqOperation.SIGNAL -> signal(request);
            case Operation.Fstat(long file, BufferSlice into) -> {
                IrqFile open = files.get(file);
                request.complete(Answers.stat(new Stat(open.content.length, 1, open.mode), into));
            }
            case Operation.Fpath(long file, BufferSlice into) ->
                request.complete(Answers.text(files.get(file).path, 0, into));
            case Operation.Close(long file) -> {
                files.remove(file).map(IrqFile::line).ifPresent(this::free);
                request.complete(0);
            }
            default -> request.fail(Errno.ENOSYS);
        }
    }

    @Override
    public void cancel(Request request) {
        files.find(request.file()).map(IrqFile::line).ifPresent(line -> line.watchers.cancel(request));
    }

    private IrqFile open(String path, long flags) {
        return switch (path) {
            case "" -> listing(path, "bsp\ncpu-00\nmsi", Stat.MODE_DIRECTORY);
            case "bsp" -> listing(path, "0", Stat.MODE_FILE);
            case "msi" -> listing(path, "", Stat.MODE_CHARACTER);
            case "cpu-00", "cpu-00/" -> listing(path, freeLines(), Stat.MODE_DIRECTORY);
            default -> take(path, flags);
        };
    }

    private IrqFile take(String path, long flags) {
        int number = path.startsWith("cpu-00/") ? number(path.substring("cpu-00/".length())) : -1;
        if (number < FIRST || number > LAST) {
            throw new SchemeException(Errno.ENOENT, "irq:" + path);
        }
        if ((flags & OpenFlags.CREAT) == 0) {
            throw new SchemeException(Errno.EINVAL, "irq:" + path + " is opened with CREAT, to take it");
        }
        Line line = new Line(number);
        if (lines.putIfAbsent(number, line) != null) {
            throw new SchemeException(Errno.EEXIST, "irq:" + path + " is taken");
        }
        return new IrqFile(path, new byte[0], line, Stat.MODE_CHARACTER);
    }

    private void read(Request request, IrqFile file, long offset, BufferSlice into) {
        Line line = file.line;
        if (line == null) {
            request.complete(Answers.bytes(file.content, offset, into));
        } else if (into.length() < Long.BYTES) {
            request.fail(Errno.EINVAL);
        } else if (line.count.get() == line.acknowledged.get()) {
            request.complete(0);
        } else {
            into.segment().set(U64, 0, line.count.get());
            request.complete(Long.BYTES);
        }
    }

    private void acknowledge(Request request, IrqFile file, BufferSlice from) {
        Line line = file.line;
        if (line == null || from.length() != Long.BYTES) {
            request.fail(Errno.EINVAL);
            return;
        }
        line.acknowledged.set(from.segment().get(U64, 0));
        request.complete(Long.BYTES);
    }

    private void watch(Request request, Line line, int events) {
        if ((events & EventFlags.READ) == 0) {
            request.fail(Errno.EINVAL);
            return;
        }
        line.watchers.add(request, ready(line), line.count.get());
    }

    private static int ready(Line line) {
        return line.count.get() == line.acknowledged.get() ? 0 : EventFlags.READ;
    }

    private void signal(Request request) {
        long number = (request.additional2() & 0xFF) - VECTOR_OFFSET;
        boolean ours = (request.additional1() & MESSAGE_ADDRESS_MASK) == MESSAGE_ADDRESS;
        Line line = ours ? lines.get((int) number) : null;
        if (line == null) {
            spurious.incrementAndGet();
            request.fail(Errno.ENXIO);
            return;
        }
        // An event that finds no place is dropped; the counter in the next one, or a read, tells the rest.
        line.watchers.tell(EventFlags.READ, line.count.incrementAndGet());
        request.complete(0);
    }

    private void free(Line line) {
        lines.remove(line.number, line);
        line.watchers.close();
    }

    private Line line(long file) {
        Line line = files.get(file).line;
        if (line == null) {
            throw new SchemeException(Errno.EINVAL, "irq:" + files.get(file).path + " has no events");
        }
        return line;
    }

    private String freeLines() {
        StringBuilder free = new StringBuilder();
        for (int number = FIRST; number <= LAST; number++) {
            if (!lines.containsKey(number)) {
                free.append(free.isEmpty() ? "" : "\n").append(number);
            }
        }
        return free.toString();
    }

    private static IrqFile listing(String path, String text, int mode) {
        return new IrqFile(path, text.getBytes(StandardCharsets.UTF_8), null, mode);
    }

    private static int number(String text) {
        return !text.isEmpty() && text.length() <= 3 && text.chars().allMatch(c -> c >= '0' && c <= '9')
                ? Integer.parseInt(text)
                : -1;
    }
}
