package ferrite.spi.scheme;

import java.util.List;

/// The serving end of a scheme: all rings by which requests for one name arrive, the kernel's and those of peers.
///
/// Used only under the owning context's run token. It survives a swap: the successor gets the same socket from
/// [ferrite.spi.context.Context#serve].
public interface SchemeSocket extends AutoCloseable {

    /// The served name.
    SchemeName name();

    /// Hands at most `budget` new requests, cancellations and detachments to the scheme. While the context is being
    /// quiesced for a swap it hands over cancellations only.
    ///
    /// @return how many it handed over
    int poll(int budget, AsyncScheme scheme);

    /// Requests that were handed over and not yet answered, oldest first: what a successor takes on.
    List<Request> outstanding();

    /// Withdraws the name: outstanding and later requests answer ENODEV.
    @Override
    void close();
}
