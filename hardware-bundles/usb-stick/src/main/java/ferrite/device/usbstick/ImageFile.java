package ferrite.device.usbstick;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.context.Context;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CompletionHandler;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.Stat;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The raw image behind one stick: a file of a lower scheme, `file:disk`, open and locked while the stick's context
/// lives, its successors included.
///
/// Operations go by the context's ring to the kernel, several at once; bytes go straight between the image and the
/// packet's buffer. Their ends are handed out in the order in which they were begun. Under the stick's run token.
final class ImageFile {
    private static final int REAP_MAX = 64;

    private final Context context;
    private final String path;
    private final boolean readOnly;
    private final int blockBytes;
    private final ArrayDeque<ImageOperation> operations = new ArrayDeque<>();
    private final CompletionHandler onCompletion = this::completed;
    private long fd = -1;
    private long bytes;
    private long bytesPending;
    private long nextTag = 1;

    ImageFile(Context context, StickSettings settings) {
        this.context = context;
        this.path = settings.image();
        this.readOnly = settings.readOnly();
        this.blockBytes = settings.blockBytes();
    }

    /// Opens and locks the file.
    ///
    /// @throws SchemeException ENOENT, EISDIR, EACCES, EINVAL (empty, not whole blocks), EBUSY (in use), or as the
    ///         scheme answers
    void open() {
        ConsumerInstance kernel = context.kernel();
        long flags = readOnly ? OpenFlags.RDONLY | OpenFlags.SHLOCK : OpenFlags.RDWR | OpenFlags.EXLOCK;
        try {
            fd = kernel.open(context.pool(), path, flags);
        } catch (SchemeException refused) {
            throw explained(refused);
        }
        bytes = checkedSize(stat());
    }

    /// The file that a predecessor opened in this context.
    ///
    /// @throws SchemeException EBADMSG if there is none, or it is no image any more
    void adopt(long descriptor) {
        fd = descriptor;
        try {
            bytes = checkedSize(stat());
        } catch (SchemeException notOurs) {
            throw new SchemeException(Errno.EBADMSG, "state holds descriptor " + fd + ": " + notOurs.getMessage());
        }
    }

    private SchemeException explained(SchemeException refused) {
        return switch (refused.errno()) {
            case ENOENT -> bad(Errno.ENOENT, "does not exist; create it, for example with: truncate -s 64M");
            case EISDIR -> bad(Errno.EISDIR, "is a directory; name a file with the bytes of a disk");
            case EACCES, EROFS, EPERM ->
                bad(
                        Errno.EACCES,
                        readOnly
                                ? "is not readable; change its mode or owner"
                                : "is not writable; change its mode, or set read_only = true");
            case EADDRINUSE, EBUSY ->
                bad(Errno.EBUSY, "is in use by another device or program; give each stick its own image");
            case ENODEV -> bad(Errno.ENODEV, "has no server; start its scheme before the stick: plugin = \"filed\"");
            default -> bad(refused.errno(), "cannot be opened: " + refused.getMessage());
        };
    }

    private Stat stat() {
        try (BufferSlice buffer = context.pool().acquire(Stat.BYTES, Long.BYTES)) {
            context.kernel()
                    .call(SubmissionQueueEntry.of(Opcode.FSTAT).withFd(fd), buffer)
                    .valueOrThrow("stat " + path);
            return Stat.decode(buffer.segment(), 0);
        }
    }

    private long checkedSize(Stat stat) {
        if (stat.isDirectory()) {
            throw bad(Errno.EISDIR, "is a directory; name a file with the bytes of a disk");
        }
        long size = stat.size();
        if (size <= 0) {
            throw bad(Errno.EINVAL, "is empty; give it a size, for example with: truncate -s 64M");
        }
        if (size % blockBytes != 0) {
            long whole = (size / blockBytes + 1) * blockBytes;
            throw bad(
                    Errno.EINVAL,
                    "has " + size + " bytes, which is not a multiple of the block size " + blockBytes
                            + "; fill it up, for example with: truncate -s " + whole);
        }
        return size;
    }

    private SchemeException bad(Errno errno, String problem) {
        return new SchemeException(errno, "image " + path + ' ' + problem);
    }

    /// Its descriptor in this context.
    long descriptor() {
        return fd;
    }

    /// Size at the time of opening, bytes.
    long bytes() {
        return bytes;
    }

    boolean isReadOnly() {
        return readOnly;
    }

    /// Begins to fill a packet.
    void read(Request packet, long position, long length) {
        begin(ImageOperation.Kind.READ, packet, position, length);
    }

    /// Begins to write what is in a packet.
    void write(Request packet, long position, long length) {
        begin(ImageOperation.Kind.WRITE, packet, position, length);
    }

    /// Begins to make durable what has been written. Only when nothing else is in work: then it covers every write
    /// that was answered.
    void sync() {
        begin(ImageOperation.Kind.SYNC, null, 0, 0);
    }

    private void begin(ImageOperation.Kind kind, @Nullable Request packet, long position, long length) {
        ImageOperation operation = new ImageOperation(nextTag++, kind, packet, position, length);
        operations.add(operation);
        bytesPending += length;
        send(operation);
    }

    /// A full ring is no failure: it is tried again in the next turn.
    private void send(ImageOperation operation) {
        ConsumerInstance kernel = context.kernel();
        boolean sent = switch (operation.kind()) {
            case READ -> kernel.submit(entry(Opcode.PREAD, operation), operation.left());
            case WRITE -> kernel.submit(entry(Opcode.PWRITE, operation), operation.left());
            case SYNC -> kernel.submit(entry(Opcode.FSYNC, operation));
        };
        if (sent) {
            operation.setSent();
        }
    }

    private SubmissionQueueEntry entry(Opcode opcode, ImageOperation operation) {
        long offset = operation.kind() == ImageOperation.Kind.SYNC ? 0 : operation.next();
        return SubmissionQueueEntry.of(opcode).withFd(fd).withOffset(offset).withUserData(operation.tag());
    }

    /// Takes completions, and sends what is left.
    ///
    /// @return how many there were
    int poll() {
        if (operations.isEmpty()) {
            return 0;
        }
        int found = context.kernel().reap(onCompletion, REAP_MAX);
        for (ImageOperation operation : operations) {
            if (!operation.isSent() && !operation.isEnded()) {
                send(operation);
            }
        }
        return found;
    }

    private void completed(CompletionQueueEntry completion) {
        for (ImageOperation operation : operations) {
            if (operation.tag() == completion.userData() && operation.isSent()) {
                operation.answered(completion.status());
                return;
            }
        }
    }

    /// The oldest operation, if it has ended, once.
    Optional<ImageOperation> takeEnded() {
        ImageOperation oldest = operations.peek();
        if (oldest == null || !oldest.isEnded()) {
            return Optional.empty();
        }
        operations.remove();
        if (!oldest.isAbandoned()) {
            bytesPending -= oldest.length();
        }
        return Optional.of(oldest);
    }

    /// Whether nothing is in work.
    boolean isIdle() {
        return operations.isEmpty();
    }

    /// Bytes of the operations in work that count for the running command.
    long bytesPending() {
        return bytesPending;
    }

    /// What is in work goes on, but for nobody.
    void abandon() {
        operations.forEach(ImageOperation::abandon);
        bytesPending = 0;
    }
}
