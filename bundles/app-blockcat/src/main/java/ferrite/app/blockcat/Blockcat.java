package ferrite.app.blockcat;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.context.Context;
import ferrite.spi.driver.Driver;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.plugin.Settings;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemeSocket;
import ferrite.spi.scheme.Stat;
import jakarta.inject.Inject;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// Serves `blockcat:crc32`: eight hexadecimal digits, the CRC-32 of the first bytes of a disk.
///
/// | setting | meaning                                                        |
/// |---------|----------------------------------------------------------------|
/// | `path`  | of the disk, `disk.pci-00.04.00_xhci-port1_scsi:0`             |
/// | `bytes` | how many, a multiple of the disk's block size; less if it ends |
///
/// A plug-in is two things. Towards the runtime it is a [Driver]: constructed, started, polled. Towards clients it
/// is an [AsyncScheme]: requests come in, answers go out. This one is both in one class, because it is small.
final class Blockcat implements Driver, AsyncScheme {
    private static final SchemeName SCHEME = new SchemeName("blockcat");
    private static final String FILE = "crc32";
    private static final long FILE_NUMBER = 1;
    private static final int PIECE_BYTES = 64 << 10;
    private static final int PAGE_BYTES = 4096;
    private static final int STATE_VERSION = 1;

    private final Context context;
    private final Settings settings;
    private @Nullable SchemeSocket socket;

    /// Step 1. The runtime injects what we ask for. The constructor touches nothing: the context is not running
    /// yet.
    @Inject
    Blockcat(Context context, Settings settings) {
        this.context = context;
        this.settings = settings;
    }

    /// Step 2. Check the settings, so that a mistake shows now and not at the first request, and claim our name.
    @Override
    public void start() {
        settings.requiredText("path");
        bytesWanted();
        socket = context.serve(SCHEME);
    }

    /// Step 3. The runtime calls this whenever a ring has something for us; the socket hands requests to [#handle].
    @Override
    public int poll(int budget) {
        return socket == null ? 0 : socket.poll(budget, this);
    }

    /// Step 4. Answer requests. [Operation] is the whole list of what can be asked; the compiler checks that none
    /// is forgotten. A [SchemeException] thrown here becomes the request's error.
    @Override
    public void handle(Request request) {
        switch (Operation.of(request)) {
            case Operation.Open(String path, long flags) -> request.complete(open(path, flags));
            case Operation.Dup(long file, String _) -> request.complete(checked(file));
            case Operation.Read(long file, long offset, BufferSlice into) -> {
                checked(file);
                request.complete(copy(text(), offset, into));
            }
            case Operation.Fstat(long file, BufferSlice into) -> {
                checked(file);
                new Stat(0, 1, Stat.MODE_FILE).encode(into.slice(0, Stat.BYTES).segment(), 0);
                request.complete(Stat.BYTES);
            }
            case Operation.Fpath(long file, BufferSlice into) -> {
                checked(file);
                request.complete(copy(FILE, 0, into));
            }
            case Operation.Close(long file) -> {
                checked(file);
                request.complete(0);
            }
            case Operation.Write _, Operation.Ftruncate _ -> request.fail(Errno.EACCES);
            case Operation.Fsync _ -> request.complete(0);
            case Operation.RegisterEvents _ -> request.fail(Errno.EOPNOTSUPP);
            case Operation.Private _, Operation.Other _ -> request.fail(Errno.ENOSYS);
        }
    }

    /// We answer inside [#handle] and keep nothing, so there is nothing to cancel.
    @Override
    public void cancel(Request request) {
        request.fail(Errno.ECANCELED);
    }

    /// There is one file, so all who open it get the same number, and nothing needs to be remembered.
    private static long open(String path, long flags) {
        if (!path.equals(FILE)) {
            throw new SchemeException(Errno.ENOENT, "blockcat:" + path + "; there is only " + FILE);
        }
        if ((flags & OpenFlags.WRONLY) != 0) {
            throw new SchemeException(Errno.EACCES, "blockcat:" + path + " is read only");
        }
        return FILE_NUMBER;
    }

    private static long checked(long file) {
        if (file != FILE_NUMBER) {
            throw new SchemeException(Errno.EBADF, "file " + file);
        }
        return file;
    }

    /// Step 5. Be a client yourself: everything with a path goes through the kernel's ring. Waiting for a lower
    /// layer is fine; the disk is opened here and not at start, because it may be plugged in later than we are.
    private String text() {
        ConsumerInstance kernel = context.kernel();
        long disk = kernel.open(context.pool(), settings.requiredText("path"), OpenFlags.RDONLY);
        // A slice is the right to touch bytes. The disk's driver and the device fill it; nothing is copied on the way.
        try (BufferSlice piece = context.pool().acquire(PIECE_BYTES, PAGE_BYTES)) {
            CRC32 crc = new CRC32();
            long wanted = bytesWanted();
            long done = 0;
            while (done < wanted) {
                long count = kernel.pread(disk, piece.slice(0, Math.min(PIECE_BYTES, wanted - done)), done);
                if (count <= 0) {
                    break; // the end of the disk
                }
                crc.update(piece.segment().asSlice(0, count).asByteBuffer());
                done += count;
            }
            return "%08x\n".formatted(crc.getValue());
        } finally {
            kernel.closeFile(disk);
        }
    }

    private long bytesWanted() {
        long bytes = settings.number("bytes").orElse(PAGE_BYTES);
        if (bytes < 1) {
            throw new SchemeException(Errno.EINVAL, settings.where("bytes") + ": bytes " + bytes + " < 1");
        }
        return bytes;
    }

    /// A piece of a text, for a read at an offset; 0 bytes at its end.
    private static long copy(String text, long offset, BufferSlice into) {
        byte[] content = text.getBytes(StandardCharsets.US_ASCII);
        if (offset < 0) {
            throw new SchemeException(Errno.EINVAL, "offset " + offset + " < 0");
        }
        if (offset >= content.length) {
            return 0;
        }
        int count = (int) Math.min(content.length - offset, into.length());
        MemorySegment.copy(content, (int) offset, into.segment(), ValueLayout.JAVA_BYTE, 0, count);
        return count;
    }

    /// Step 6. Be replaceable. No request is ever in work between two polls, and there is nothing to remember, so
    /// the state is empty; the successor finds the socket, and in it the clients' requests, under our name.
    @Override
    public boolean isQuiet() {
        return true;
    }

    @Override
    public PluginState save() {
        return new PluginState(STATE_VERSION, new byte[0]);
    }

    /// What a predecessor wrote is checked like anything that comes from outside.
    @Override
    public void restore(PluginState state) {
        if (state.version() != STATE_VERSION) {
            throw new SchemeException(Errno.EOPNOTSUPP, "blockcat state version " + state.version());
        }
        if (state.bytes().length != 0) {
            throw new SchemeException(Errno.EBADMSG, "blockcat state of " + state.bytes().length + " bytes");
        }
        socket = context.serve(SCHEME);
    }

    /// Step 7. Leave. Rings, files, memory and the name belong to the context; the runtime takes them back.
    @Override
    public void stop() {
        socket = null;
    }
}
