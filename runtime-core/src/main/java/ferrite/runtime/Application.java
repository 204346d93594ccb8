package ferrite.runtime;

import ferrite.spi.buffer.BufferPool;
import ferrite.spi.ring.ConsumerInstance;

/// A context that the calling thread drives itself: the way for ordinary code into the runtime. One thread at a time.
public interface Application extends AutoCloseable {
    /// The ring to the kernel: open, read, write, everything by path.
    ConsumerInstance kernel();

    /// This application's memory.
    BufferPool pool();

    /// Cancels what is in flight, closes all files, gives the memory back.
    @Override
    void close();
}
