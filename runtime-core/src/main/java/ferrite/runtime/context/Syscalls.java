package ferrite.runtime.context;

import ferrite.buffer.Revocation;
import ferrite.runtime.ring.InFlight;
import ferrite.spi.buffer.DmaMap;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.scheme.SchemeName;

/// What the kernel does for a context. Implemented by the router; here, so that contexts know nothing of schemes.
public interface Syscalls {
    /// Begins an operation that came by the context's kernel ring. Called under the context's token.
    void begin(KernelRing ring, InFlight record);

    /// Begins an operation that has no entry: closing what a context left open.
    void close(KernelContext context, FileDescription description);

    /// Registers a scheme and gives its socket.
    ServedScheme serve(KernelContext context, SchemeName name);

    /// Withdraws a scheme.
    void withdraw(ServedScheme socket);

    /// Attaches a new user-to-user ring to the server of a scheme.
    Connection connect(KernelContext context, int ringId, SchemeName scheme, RingParameters parameters);

    /// Ends what an instance could touch, now or when its system calls have returned. Any thread.
    void end(Revocation revocation);

    /// The device address map that a file of `memory:` names.
    DmaMap dmaMap(FileDescription description);
}
