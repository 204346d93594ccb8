package ferrite.runtime.scheme;

import ferrite.runtime.context.FileDescription;
import ferrite.runtime.context.KernelCall;
import ferrite.runtime.context.KernelContext;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.Opcode;
import ferrite.spi.scheme.Stat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// `Getdents`: asks whether the descriptor is a directory, reads its listing from the cursor on until the buffer is
/// full,
/// and cuts it after a whole name. The cursor is a place in the listing, bytes.
final class DirectoryRead extends Sequence {
    private final FileDescription directory;
    private final BufferSlice buffer;
    private final long cursor;
    private @Nullable BufferSlice scratch;
    private boolean isDirectory;
    private boolean atEnd;
    private long filled;
    private long failure;

    /// @throws SchemeException EINVAL for a negative cursor, EACCES if the buffer cannot be read
    DirectoryRead(KernelContext context, FileDescription directory, BufferSlice buffer, long cursor) {
        super(context);
        this.directory = directory;
        this.buffer = buffer;
        this.cursor = cursor;
        if (cursor < 0 || buffer.length() == 0) {
            throw new SchemeException(Errno.EINVAL, "cursor " + cursor + ", buffer of " + buffer.length() + " bytes");
        }
        if (!buffer.access().canRead()) {
            throw new SchemeException(Errno.EACCES, "names are cut in the buffer, so it must be readable");
        }
    }

    @Override
    @Nullable
    KernelCall next() {
        if (failure < 0 || atEnd || filled == buffer.length()) {
            return null;
        }
        if (!isDirectory) {
            scratch = Scratch.acquire(context(), Stat.BYTES);
            return step(directory.target(), Opcode.FSTAT, directory.file(), scratch, 0);
        }
        BufferSlice rest = buffer.slice(filled, buffer.length() - filled);
        return step(directory.target(), Opcode.PREAD, directory.file(), rest, cursor + filled);
    }

    @Override
    void answered(long status) {
        BufferSlice stat = scratch;
        if (status < 0) {
            failure = status;
        } else if (isDirectory) {
            atEnd = status == 0;
            filled += status;
        } else if (stat != null && Stat.decode(stat.segment(), 0).isDirectory()) {
            isDirectory = true;
            end();
        } else {
            failure = Errno.ENOTDIR.status();
        }
    }

    @Override
    long status() {
        if (failure < 0) {
            return failure;
        }
        MemorySegment bytes = buffer.segment();
        if (atEnd && filled > 0 && bytes.get(ValueLayout.JAVA_BYTE, filled - 1) != '\n') {
            bytes.set(ValueLayout.JAVA_BYTE, filled, (byte) '\n'); // there is room, or it would not know of the end
            return filled + 1;
        }
        long names = wholeNames(bytes);
        return names == 0 && filled > 0 ? Errno.EINVAL.status() : names;
    }

    @Override
    long extra() {
        return failure < 0 ? 0 : cursor + (atEnd ? filled : wholeNames(buffer.segment()));
    }

    @Override
    void end() {
        Scratch.release(scratch);
        scratch = null;
    }

    private long wholeNames(MemorySegment bytes) {
        long length = filled;
        while (length > 0 && bytes.get(ValueLayout.JAVA_BYTE, length - 1) != '\n') {
            length--;
        }
        return length;
    }
}
