package ferrite.runtime.shell;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Stat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// One side of a copy.
sealed interface DdEnd extends AutoCloseable {
    /// Begins a path of the host.
    String HOST = "file:";

    /// Opens the side that is read.
    static DdEnd source(Session session, String path) {
        return path.startsWith(HOST)
                ? HostFile.open(path, StandardOpenOption.READ)
                : SchemeEnd.open(session, path, OpenFlags.RDONLY);
    }

    /// Opens the side that is written.
    ///
    /// @param from where writing begins; a host file loses what is behind it, as with every `dd`
    static DdEnd target(Session session, String path, long from) {
        if (!path.startsWith(HOST)) {
            return SchemeEnd.open(session, path, OpenFlags.RDWR);
        }
        HostFile file = HostFile.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        file.truncate(from);
        return file;
    }

    /// As the user wrote it.
    String path();

    /// Bytes; 0 if it has no size.
    long size();

    /// Bytes that a transfer must be a multiple of.
    int blockBytes();

    /// Whether writing cannot make it larger.
    boolean isFixed();

    @Override
    void close();

    /// A file of a scheme. Transfers are submitted to its ring by [DdCopy].
    record SchemeEnd(SchemeFile file, Stat stat) implements DdEnd {
        static SchemeEnd open(Session session, String path, long flags) {
            SchemeFile file = session.open(path, flags);
            return new SchemeEnd(file, session.stat(file));
        }

        ConsumerInstance ring() {
            return file.ring();
        }

        SubmissionQueueEntry entry(Opcode opcode, long offset) {
            return SubmissionQueueEntry.of(opcode).withFd(file.fd()).withOffset(offset);
        }

        /// Makes everything durable, if the scheme knows how.
        void sync() {
            try {
                ring().call(SubmissionQueueEntry.of(Opcode.FSYNC).withFd(file.fd()))
                        .valueOrThrow("fsync " + path());
            } catch (SchemeException e) {
                if (e.errno() != Errno.ENOSYS && e.errno() != Errno.EOPNOTSUPP) {
                    throw Session.failure(path(), e);
                }
            }
        }

        @Override
        public String path() {
            return file.path();
        }

        @Override
        public long size() {
            return stat.size();
        }

        @Override
        public int blockBytes() {
            return Math.max(1, stat.blockSize());
        }

        @Override
        public boolean isFixed() {
            return stat.mode() == Stat.MODE_BLOCK;
        }

        @Override
        public void close() {
            file.close();
        }
    }

    /// A file of the host, read and written at once.
    record HostFile(String path, FileChannel channel) implements DdEnd {
        static HostFile open(String path, StandardOpenOption... options) {
            Path file = Path.of(path.substring(HOST.length()));
            try {
                return new HostFile(path, FileChannel.open(file, options));
            } catch (NoSuchFileException e) {
                throw new CommandException(path + ": no such file on the host");
            } catch (IOException e) {
                throw failure(path, e);
            }
        }

        /// Fills the slice as far as the file reaches.
        ///
        /// @return bytes
        int read(BufferSlice into, long offset) {
            try {
                ByteBuffer buffer = into.segment().asByteBuffer();
                int count = 0;
                while (buffer.hasRemaining() && count >= 0) {
                    count = channel.read(buffer, offset + buffer.position());
                }
                return buffer.position();
            } catch (IOException e) {
                throw failure(path, e);
            }
        }

        void write(BufferSlice from, long offset) {
            try {
                ByteBuffer buffer = from.segment().asByteBuffer();
                while (buffer.hasRemaining()) {
                    channel.write(buffer, offset + buffer.position());
                }
            } catch (IOException e) {
                throw failure(path, e);
            }
        }

        void truncate(long bytes) {
            try {
                channel.truncate(bytes);
            } catch (IOException e) {
                throw failure(path, e);
            }
        }

        @Override
        public long size() {
            try {
                return channel.size();
            } catch (IOException e) {
                throw failure(path, e);
            }
        }

        @Override
        public int blockBytes() {
            return 1;
        }

        @Override
        public boolean isFixed() {
            return false;
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw failure(path, e);
            }
        }

        private static CommandException failure(String path, IOException e) {
            return new CommandException(path + ": " + e.getMessage());
        }
    }
}
