package ferrite.runtime.shell;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.ConsumerInstance;

/// An open file, with the path it was opened by for messages.
///
/// @param path as the user typed it
/// @param ring that it was opened on
/// @param fd its descriptor
record SchemeFile(String path, ConsumerInstance ring, long fd) implements AutoCloseable {

    /// Reads at an offset.
    ///
    /// @return bytes, 0 at the end
    long read(BufferSlice into, long offset) {
        try {
            return ring.pread(fd, into, offset);
        } catch (SchemeException e) {
            throw Session.failure(path, e);
        }
    }

    /// Writes at an offset.
    long write(BufferSlice from, long offset) {
        try {
            return ring.pwrite(fd, from, offset);
        } catch (SchemeException e) {
            throw Session.failure(path, e);
        }
    }

    @Override
    public void close() {
        ring.closeFile(fd);
    }
}
