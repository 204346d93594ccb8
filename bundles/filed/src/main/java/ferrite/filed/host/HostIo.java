package ferrite.filed.host;

/// Moves bytes between clients' memory and files of the host without making its caller wait. Used under the plug-in's
/// token.
public sealed interface HostIo permits UringIo, ChannelIo {
    /// Most transfers that the host has at once; the rest waits in order.
    int TRANSFERS_MAX = 128;

    /// Takes a transfer on. It is answered by [#poll], never here.
    void begin(Transfer transfer);

    /// Asks the transfer of a request back; it is answered as soon as the host has let go of it, ECANCELED or with its
    /// result.
    ///
    /// @param request [ferrite.spi.scheme.Request#id()]
    /// @return whether there is one
    boolean cancel(long request);

    /// Hands over what was begun and answers what has ended.
    ///
    /// @return how many were answered
    int poll();

    /// Transfers that were begun and not answered.
    int inFlight();

    /// Whether somebody has to look at the clock for answers; otherwise their end polls the plug-in.
    boolean needsPolling();

    /// Whether it goes by [HostFile#fd]; otherwise by [HostFile#channel].
    boolean needsDescriptors();

    /// Ends it. Waits until the host has let go of all bytes, for at most five seconds; what it has then is lost to it
    /// for good: neither answered nor given back.
    void close();
}
