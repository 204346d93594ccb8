package ferrite.spi.context;

import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.DmaMap;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemeSocket;
import java.util.function.BooleanSupplier;

/// A process of the runtime as the plug-in in it sees it: rings, descriptors, memory, time, and a run token.
///
/// Plug-in code runs only under the token, one thread at a time, so it needs no locks and must not start threads. The
/// context outlives the plug-in instance: rings, files, schemes and bytes stay for a successor, which finds them again
/// by number or name. This object itself is for one instance; it fails with IllegalStateException after a swap.
public interface Context {

    /// Number of the context, ≥ 1.
    int id();

    /// Name of the instance, for messages: `xhcid@0000:00:04.0`.
    String name();

    /// The ring to the kernel: everything with a path goes through it.
    ConsumerInstance kernel();

    /// A new ring directly to a scheme. Its requests skip the kernel; its files are the scheme's own numbers.
    ///
    /// @throws SchemeException ENODEV if nobody serves the name, EDEADLK if the server is not in a lower layer
    ConsumerInstance connect(SchemeName scheme, RingParameters parameters);

    /// One more ring to the kernel.
    ///
    /// @throws SchemeException ENFILE if the context may have no more rings
    default ConsumerInstance openRing(RingParameters parameters) {
        throw new SchemeException(Errno.EOPNOTSUPP, "context " + id() + " has one ring to the kernel");
    }

    /// A ring that a predecessor in this context connected.
    ///
    /// @param id [ConsumerInstance#id()]
    /// @throws SchemeException EBADF if there is none
    ConsumerInstance ring(int id);

    /// Serves a name: registers it, or, after a swap, gives the socket that the predecessor had.
    ///
    /// @throws SchemeException EEXIST if another context serves the name
    SchemeSocket serve(SchemeName name);

    /// This context's memory.
    BufferPool pool();

    /// The address map of a device.
    ///
    /// @param fd opened at `memory:dma/BUS-ADDRESS`
    /// @throws SchemeException EBADF
    DmaMap dmaMap(long fd);

    /// Monotonic time, nanoseconds, from the runtime's clock.
    long nanoTime();

    /// Asks for a poll at this time at the latest; replaces an earlier wish.
    void wakeAt(long nanoTime);

    /// Runs host work that may block on a thread of the runtime's, and polls this plug-in when it has ended. The work
    /// must not touch the plug-in's own state: it runs beside it.
    ///
    /// @param work throws nothing
    default void offload(Runnable work) {
        throw new SchemeException(Errno.EOPNOTSUPP, "context " + id() + " has no threads for host work");
    }

    /// Waits inside a poll or start for something that a *lower* layer does, letting other contexts run meanwhile.
    /// Our own token stays taken: nothing else of this plug-in runs.
    ///
    /// @return false if the condition was still false after `timeoutNanos`
    boolean await(BooleanSupplier condition, long timeoutNanos);
}
