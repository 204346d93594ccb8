package ferrite.spi.scheme;

import ferrite.spi.error.SchemeException;

/// A service by name: request in, completion now or later.
///
/// Called under the serving context's run token, from [SchemeSocket#poll]. It may answer inside [#handle] or keep
/// the request and answer at a later poll; it never waits. An exception of type [SchemeException] is translated to
/// its error; any other stops the plug-in.
public interface AsyncScheme {

    /// A new request. [Operation#of] parses it.
    void handle(Request request);

    /// The asker wants a kept request back. Answer it soon, with ECANCELED or with its result; it is live until then.
    /// Not called for a request that was answered inside [#handle].
    void cancel(Request request);

    /// A ring has been attached; its requests come next. After a swap the successor is told of all rings again.
    ///
    /// @throws SchemeException refuses it: the asker finds the ring closed, its requests answered with this error
    default void attached(RingReceive ring) {}

    /// A ring has gone, all its requests are answered: forget the files that were opened by it.
    ///
    /// @param ring [Request#ring()]
    default void detached(int ring) {}
}
