package ferrite.client;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.IoVector;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;

/// Entries of the standard operations, for [Reactor#prepare] and [Chain]. Arguments that no peer could accept fail
/// here: EBADF for a negative file, EINVAL for a negative offset, E2BIG for a negative length.
public final class Entries {
    private Entries() {}

    /// Does nothing.
    public static SubmissionQueueEntry nop() {
        return SubmissionQueueEntry.of(Opcode.NOP);
    }

    /// An operation on a file.
    public static SubmissionQueueEntry on(Opcode opcode, long fd) {
        if (fd < 0) {
            throw new SchemeException(Errno.EBADF, opcode + " on descriptor " + fd);
        }
        return SubmissionQueueEntry.of(opcode).withFd(fd);
    }

    /// An operation at an offset of a file, bytes.
    public static SubmissionQueueEntry at(Opcode opcode, long fd, long offset) {
        if (offset < 0) {
            throw new SchemeException(Errno.EINVAL, opcode + " at offset " + offset);
        }
        return on(opcode, fd).withOffset(offset);
    }

    /// Opens the path in the buffer with [ferrite.spi.scheme.OpenFlags].
    public static SubmissionQueueEntry open(long flags) {
        return SubmissionQueueEntry.of(Opcode.OPEN).withOffset(flags);
    }

    /// Reads at an offset into the buffer.
    public static SubmissionQueueEntry pread(long fd, long offset) {
        return at(Opcode.PREAD, fd, offset);
    }

    /// Writes the buffer at an offset.
    public static SubmissionQueueEntry pwrite(long fd, long offset) {
        return at(Opcode.PWRITE, fd, offset);
    }

    /// An operation on the parts of the buffer that [#layOut] described.
    ///
    /// @param opcode READV, WRITEV, PREADV or PWRITEV
    public static SubmissionQueueEntry vector(Opcode opcode, long fd, long offset, int parts) {
        if (parts < 1 || parts > IoVector.PARTS_MAX) {
            throw new SchemeException(Errno.EINVAL, parts + " parts are not in 1.." + IoVector.PARTS_MAX);
        }
        return at(opcode, fd, offset).withAdditional(parts, 0);
    }

    /// Writes a vector at the start of a buffer, its parts one after the other behind it.
    ///
    /// @param lengths of the parts, bytes
    /// @return where the first part begins, bytes
    /// @throws SchemeException EFAULT if they do not fit, E2BIG for a negative length
    public static long layOut(BufferSlice buffer, long... lengths) {
        long first = lengths.length * IoVector.BYTES;
        long start = first;
        for (int i = 0; i < lengths.length; i++) {
            if (lengths[i] < 0) {
                throw new SchemeException(Errno.E2BIG, "part " + i + " of " + lengths[i] + " bytes");
            }
            if (lengths[i] > buffer.length() - start) {
                throw new SchemeException(
                        Errno.EFAULT,
                        "part " + i + " of " + lengths[i] + " bytes at " + start + " > " + buffer.length() + " bytes");
            }
            IoVector.encode(buffer.segment(), i, start, lengths[i]);
            start += lengths[i];
        }
        return first;
    }

    /// Closes the descriptors whose places are first..first + count − 1.
    public static SubmissionQueueEntry closeRange(long first, long count) {
        if (count < 0) {
            throw new SchemeException(Errno.E2BIG, "close " + count + " descriptors");
        }
        return on(Opcode.CLOSE_RANGE, first).withAddress(0, count);
    }

    /// Maps bytes of a file into the pool.
    public static SubmissionQueueEntry mmap(long fd, long offset, long length) {
        if (length <= 0) {
            throw new SchemeException(length < 0 ? Errno.E2BIG : Errno.EINVAL, "map " + length + " bytes");
        }
        return at(Opcode.MMAP, fd, offset).withAddress(0, length);
    }

    /// Watches a file; armed until it is cancelled.
    ///
    /// @param events [ferrite.spi.scheme.EventFlags]
    public static SubmissionQueueEntry watch(long fd, int events) {
        return on(Opcode.REGISTER_EVENTS, fd).withSyscallFlags(events).withFlags(SqeFlags.SUBSCRIBE);
    }

    /// Completes with ETIMEDOUT after this time.
    public static SubmissionQueueEntry timeout(long nanos) {
        if (nanos < 0) {
            throw new SchemeException(Errno.EINVAL, "timeout of " + nanos + " ns");
        }
        return SubmissionQueueEntry.of(Opcode.TIMEOUT).withOffset(nanos);
    }

    /// Cancels submissions of the ring by [ferrite.spi.ring.CancelFlags].
    public static SubmissionQueueEntry cancel(int cancelFlags, long fd) {
        return SubmissionQueueEntry.of(Opcode.CANCEL)
                .withSyscallFlags(cancelFlags)
                .withFd(fd);
    }

    /// Puts a completion into another ring of the caller.
    ///
    /// @param ring [ferrite.spi.ring.ConsumerInstance#id()]
    public static SubmissionQueueEntry message(int ring, long userData, long status) {
        return on(Opcode.MSG_RING, ring).withAddress(0, status).withAdditional(userData, 0);
    }
}
