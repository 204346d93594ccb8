package ferrite.client.file;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Stat;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.util.concurrent.locks.ReentrantLock;

/// An open file and one buffer for its bytes. One thread at a time.
///
/// A block device takes whole blocks only: reads take the blocks around what is wanted, writes read those that they
/// do not cover, change them and write them back, under a lock of the file system.
final class SchemeFile {
    /// Most bytes that one request moves, if a block is not larger.
    static final int CHUNK_BYTES = 65_536;
    /// Largest block, bytes.
    static final int BLOCK_BYTES_MAX = 1 << 20;

    private final LockedSession session;
    private final String path;
    private final long fd;
    private final Stat stat;
    private final ReentrantLock blocks;
    private final BufferSlice buffer;

    /// Cannot be read or written at an offset.
    private boolean sequential;

    private SchemeFile(
            LockedSession session, String path, long fd, Stat stat, ReentrantLock blocks, BufferSlice buffer) {
        this.session = session;
        this.path = path;
        this.fd = fd;
        this.stat = stat;
        this.blocks = blocks;
        this.buffer = buffer;
        sequential = stat.mode() == Stat.MODE_PIPE;
    }

    /// @param path for messages
    /// @param schemePath `scheme:rest`
    /// @param blocks the lock that changes of parts of blocks take
    static SchemeFile open(LockedSession session, String path, String schemePath, long flags, ReentrantLock blocks)
            throws IOException {
        try {
            long fd = session.open(schemePath, flags);
            try {
                Stat stat = session.stat(fd, path);
                if (stat.isDirectory()) {
                    throw new FileSystemException(path, null, "is a directory");
                }
                int block = stat.blockSize();
                if (block < 1 || block > BLOCK_BYTES_MAX || stat.size() < 0) {
                    throw new FileSystemException(path, null, "its scheme tells nonsense of it: " + stat);
                }
                if (block > 1 && (flags & OpenFlags.RDWR) == OpenFlags.WRONLY) {
                    fd = reopen(session, fd, schemePath);
                }
                long bytes = Math.max(1, CHUNK_BYTES / block) * (long) block;
                BufferSlice buffer = session.acquire(bytes, Math.max(8, Integer.highestOneBit(block)));
                return new SchemeFile(session, path, fd, stat, blocks, buffer);
            } catch (IOException | RuntimeException failed) {
                closeQuietly(session, fd);
                throw failed;
            }
        } catch (SchemeException failed) {
            throw Failures.of(path, failed);
        }
    }

    /// What is written by parts of blocks is read as well.
    private static long reopen(LockedSession session, long fd, String schemePath) {
        long both;
        try {
            both = session.open(schemePath, OpenFlags.RDWR);
        } catch (SchemeException writeOnly) {
            return fd; // whole blocks can still be written
        }
        closeQuietly(session, fd);
        return both;
    }

    private static void closeQuietly(LockedSession session, long fd) {
        try {
            session.closeFile(fd);
        } catch (SchemeException gone) {
            // The session closes what is left.
        }
    }

    /// Whether a read or write that has moved something may try for more without waiting for a peer.
    boolean isStored() {
        return !sequential && stat.mode() != Stat.MODE_CHARACTER;
    }

    /// Reads once.
    ///
    /// @return bytes, 0 at the end
    int read(long at, ByteBuffer into) throws IOException {
        if (isBeyond(at)) {
            return 0;
        }
        Span span = Span.of(at, into.remaining(), stat.blockSize(), (int) buffer.length(), endOfDevice());
        try {
            int count = Math.clamp(move(Opcode.READ, Opcode.PREAD, span) - span.skip(), 0, span.length());
            into.put(buffer.segment().asSlice(span.skip(), count).asByteBuffer());
            return count;
        } catch (SchemeException failed) {
            throw Failures.of(path, failed);
        }
    }

    /// Writes once.
    ///
    /// @return bytes, ≥ 1 if there are any
    int write(long at, ByteBuffer from) throws IOException {
        Span span = Span.of(at, from.remaining(), stat.blockSize(), (int) buffer.length(), endOfDevice());
        if (isBeyond(at) || span.length() == 0) {
            Errno errno = isDevice() ? Errno.ENOSPC : Errno.EFBIG;
            throw new FileSystemException(path, null, "write at " + at + ": " + errno.meaning());
        }
        try {
            int count = span.isAligned() ? writeBlocks(span, from) : changeBlocks(span, from);
            from.position(from.position() + count);
            return count;
        } catch (SchemeException failed) {
            throw Failures.of(path, failed);
        }
    }

    long size() throws IOException {
        return isDevice() ? stat.size() : ask(() -> session.stat(fd, path).size());
    }

    boolean isDevice() {
        return stat.mode() == Stat.MODE_BLOCK;
    }

    void truncate(long size) throws IOException {
        if (isDevice()) {
            throw new FileSystemException(path, null, "a block device cannot be cut");
        }
        ask(() -> session.call(
                        SubmissionQueueEntry.of(Opcode.FTRUNCATE).withFd(fd).withOffset(size), "cut " + path)
                .status());
    }

    void sync() throws IOException {
        ask(() -> session.call(SubmissionQueueEntry.of(Opcode.FSYNC).withFd(fd), "sync " + path)
                .status());
    }

    void close() throws IOException {
        buffer.close();
        ask(() -> {
            session.closeFile(fd);
            return 0L;
        });
    }

    private int writeBlocks(Span span, ByteBuffer from) {
        fill(span, from);
        long count = move(Opcode.WRITE, Opcode.PWRITE, span);
        return Math.clamp(count, 0, span.length());
    }

    private int changeBlocks(Span span, ByteBuffer from) {
        blocks.lock();
        try {
            long there = move(Opcode.READ, Opcode.PREAD, span);
            if (there < span.bytes()) {
                throw new SchemeException(
                        Errno.EIO, path + ": " + there + " of " + span.bytes() + " bytes at " + span.start());
            }
            fill(span, from);
            long count = move(Opcode.WRITE, Opcode.PWRITE, span);
            return Math.clamp(count - span.skip(), 0, span.length());
        } finally {
            blocks.unlock();
        }
    }

    private void fill(Span span, ByteBuffer from) {
        MemorySegment bytes = MemorySegment.ofBuffer(from).asSlice(0, span.length());
        MemorySegment.copy(bytes, 0, buffer.segment(), span.skip(), span.length());
    }

    /// Moves the blocks of a span between file and buffer.
    private long move(Opcode inOrder, Opcode atOffset, Span span) {
        BufferSlice part = buffer.slice(0, span.bytes());
        String what = atOffset + " " + path + " at " + span.start();
        if (!sequential) {
            SubmissionQueueEntry entry =
                    SubmissionQueueEntry.of(atOffset).withFd(fd).withOffset(span.start());
            try {
                return checked(session.call(entry, part, what), span);
            } catch (SchemeException failed) {
                if (failed.errno() != Errno.ESPIPE) {
                    throw failed;
                }
                sequential = true;
            }
        }
        return checked(session.call(SubmissionQueueEntry.of(inOrder).withFd(fd), part, what), span);
    }

    private static long checked(CompletionQueueEntry answer, Span span) {
        if (answer.status() > span.bytes()) {
            throw new SchemeException(
                    Errno.EBADMSG, "a scheme moved " + answer.status() + " of " + span.bytes() + " bytes");
        }
        return answer.status();
    }

    /// Whether no file has bytes there.
    private boolean isBeyond(long at) {
        return at >= endOfDevice() || at > Long.MAX_VALUE - 2L * buffer.length();
    }

    private long endOfDevice() {
        return isDevice() && stat.size() > 0 ? stat.size() : Long.MAX_VALUE;
    }

    /// A call whose error becomes an IOException.
    private interface Question {
        long ask();
    }

    private long ask(Question question) throws IOException {
        try {
            return question.ask();
        } catch (SchemeException failed) {
            throw Failures.of(path, failed);
        }
    }
}
