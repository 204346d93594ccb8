package ferrite.client.file;

import ferrite.spi.buffer.BufferPool;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.RingParameters;

/// A context of the machine that a file system asks with. It uses one session from one thread at a time, and several
/// sessions side by side.
public interface Session extends AutoCloseable {
    /// Its ring to the kernel.
    ConsumerInstance kernel();

    /// Its memory.
    BufferPool pool();

    /// What the ring to the kernel was made with.
    default RingParameters parameters() {
        return RingParameters.DEFAULT;
    }

    /// Closes its files and gives its memory back.
    @Override
    void close();

    /// A session of these parts.
    ///
    /// @param end closes them
    static Session of(ConsumerInstance kernel, BufferPool pool, Runnable end) {
        return new Session() {
            @Override
            public ConsumerInstance kernel() {
                return kernel;
            }

            @Override
            public BufferPool pool() {
                return pool;
            }

            @Override
            public void close() {
                end.run();
            }
        };
    }
}
