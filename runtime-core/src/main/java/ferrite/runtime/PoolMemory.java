package ferrite.runtime;

import java.nio.file.Path;

/// What the pools of a kernel's contexts are made of. Memory below 4 GiB, for devices with 32 address bits, is
/// anonymous always.
public sealed interface PoolMemory {

    /// Private memory of this process.
    record Anonymous() implements PoolMemory {}

    /// The same on huge pages: reserved ones if the machine has some left, else transparent ones, else small ones;
    /// `pools` shows which.
    record HugePages() implements PoolMemory {}

    /// A file for each context, `NAME#ID`, so that another process of the same user can be the other side: it maps the
    /// file and is told [ferrite.spi.buffer.BufferSlice#fileOffset] and length of each slice. Made with the context's
    /// first slice, in place of what an earlier run has left, and deleted with the last of the context's memory.
    ///
    /// @param folder is there; one kernel at a time uses it. In `/dev/shm` the files are memory (Linux)
    record InFiles(Path folder) implements PoolMemory {}
}
