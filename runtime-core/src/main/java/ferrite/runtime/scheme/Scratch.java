package ferrite.runtime.scheme;

import ferrite.buffer.PoolView;
import ferrite.runtime.context.KernelContext;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.scheme.Operation;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Bytes that the kernel takes from a context's own memory for a step of an operation.
final class Scratch {
    private Scratch() {}

    /// @throws SchemeException ENOMEM
    static BufferSlice acquire(KernelContext context, long bytes) {
        return acquire(context, bytes, Long.BYTES);
    }

    /// @throws SchemeException ENOMEM
    static BufferSlice acquire(KernelContext context, long bytes, long alignment) {
        return new PoolView(context.pool(), context.kernelView()).acquire(bytes, alignment);
    }

    /// A path for a scheme; [#path] is the part to be lent.
    ///
    /// @throws SchemeException ENOMEM, ENAMETOOLONG
    static BufferSlice of(KernelContext context, String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > Operation.PATH_BYTES_MAX) {
            throw new SchemeException(
                    Errno.ENAMETOOLONG, "path of " + bytes.length + " bytes > " + Operation.PATH_BYTES_MAX);
        }
        // One byte more, for an empty path: there are no slices of no bytes.
        BufferSlice slice = acquire(context, bytes.length + 1L);
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, slice.segment(), 0, bytes.length);
        return slice;
    }

    /// What is in a slice that [#of] took.
    static BufferSlice path(BufferSlice taken) {
        return taken.slice(0, taken.length() - 1);
    }

    static void release(@Nullable BufferSlice slice) {
        if (slice != null && slice.isLive()) { // else the context has ended and its memory is gone
            slice.close();
        }
    }
}
