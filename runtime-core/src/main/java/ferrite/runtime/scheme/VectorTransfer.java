package ferrite.runtime.scheme;

import ferrite.runtime.context.FileDescription;
import ferrite.runtime.context.KernelCall;
import ferrite.runtime.context.KernelRing;
import ferrite.runtime.ring.InFlight;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.IoVector;
import ferrite.spi.ring.Opcode;
import org.jspecify.annotations.Nullable;

/// `Readv`, `Writev`, `Preadv`, `Pwritev`: a positioned call for each part of the buffer, up to the first that moves
/// less
/// than its part. An error after some bytes is told by the next operation, as with a short read.
final class VectorTransfer extends Sequence {
    private final FileDescription file;
    private final BufferSlice buffer;
    private final long[] vector;
    private final Opcode opcode;
    private final boolean movesPosition;
    private final long start;
    private long moved;
    private int part = -2;
    private boolean over;
    private long failure;

    /// @throws SchemeException EBADF, EFAULT, EINVAL for a bad vector or offset
    VectorTransfer(KernelRing ring, InFlight record, Opcode whole) {
        super(ring.context());
        file = ring.file(record);
        BufferSlice source = record.buffer();
        if (source == null) {
            throw new SchemeException(Errno.EFAULT, whole + " names no buffer");
        }
        if (!source.access().canRead()) {
            throw new SchemeException(Errno.EACCES, whole + ": the vector in the buffer cannot be read");
        }
        buffer = source;
        vector = IoVector.decode(source.segment(), record.additional1());
        opcode = whole == Opcode.READV || whole == Opcode.PREADV ? Opcode.PREAD : Opcode.PWRITE;
        movesPosition = whole == Opcode.READV || whole == Opcode.WRITEV;
        start = movesPosition ? file.position().get() : record.offset();
        if (start < 0) {
            throw new SchemeException(Errno.EINVAL, whole + " at " + start);
        }
        long bytes = 0;
        for (int i = 1; i < vector.length; i += 2) {
            bytes += vector[i];
        }
        if (start + bytes < 0) {
            throw new SchemeException(Errno.EINVAL, whole + " of " + bytes + " bytes at " + start);
        }
    }

    @Override
    @Nullable
    KernelCall next() {
        do {
            part += 2;
        } while (part < vector.length && vector[part + 1] == 0);
        if (over || part >= vector.length) {
            return null;
        }
        BufferSlice bytes = buffer.slice(vector[part], vector[part + 1]);
        return step(file.target(), opcode, file.file(), bytes, start + moved);
    }

    @Override
    void answered(long status) {
        if (status < 0) {
            over = true;
            failure = status;
        } else {
            moved += status;
            over |= part >= 0 && status < vector[part + 1];
        }
    }

    @Override
    long status() {
        if (moved == 0 && failure < 0) {
            return failure;
        }
        if (movesPosition) {
            file.position().addAndGet(moved);
        }
        return moved;
    }
}
