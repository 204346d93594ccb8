package ferrite.client.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.util.concurrent.locks.ReentrantLock;

/// A file as a channel with a position. Any thread; one operation at a time.
final class SchemeChannel implements SeekableByteChannel {
    /// What is still to be done when it closes.
    interface End {
        void run(SchemeChannel channel) throws IOException;
    }

    private final SchemeFile file;
    private final OpenWishes wishes;
    private final End end;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean closed;
    private long position;

    SchemeChannel(SchemeFile file, OpenWishes wishes, End end) {
        this.file = file;
        this.wishes = wishes;
        this.end = end;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        lock.lock();
        try {
            requireOpen();
            if (!wishes.read()) {
                throw new NonReadableChannelException();
            }
            int total = 0;
            while (into.hasRemaining()) {
                int count = file.read(position, into);
                position += count;
                total += count;
                if (count == 0) {
                    return total == 0 ? -1 : total;
                }
                if (!file.isStored()) {
                    break; // more may take until somebody sends it
                }
            }
            return total;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        lock.lock();
        try {
            requireOpen();
            if (!wishes.write()) {
                throw new NonWritableChannelException();
            }
            if (wishes.append() && from.hasRemaining()) {
                position = file.size();
            }
            int total = 0;
            while (from.hasRemaining()) {
                int count = file.write(position, from);
                position += count;
                total += count;
                if (count == 0) {
                    throw new FileSystemException(null, null, "a scheme took 0 bytes of a write");
                }
            }
            if (wishes.sync() && total > 0) {
                file.sync();
            }
            return total;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long position() throws IOException {
        lock.lock();
        try {
            requireOpen();
            return position;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public SeekableByteChannel position(long newPosition) throws IOException {
        lock.lock();
        try {
            requireOpen();
            if (newPosition < 0) {
                throw new IllegalArgumentException("position " + newPosition + " < 0");
            }
            position = newPosition;
            return this;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long size() throws IOException {
        lock.lock();
        try {
            requireOpen();
            return file.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
        lock.lock();
        try {
            requireOpen();
            if (size < 0) {
                throw new IllegalArgumentException("size " + size + " < 0");
            }
            if (!wishes.write()) {
                throw new NonWritableChannelException();
            }
            if (size < file.size()) {
                file.truncate(size);
            }
            position = Math.min(position, size);
            return this;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                try {
                    file.close();
                } finally {
                    end.run(this);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }
}
