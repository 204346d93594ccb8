package ferrite.spi.plugin;

/// A running instance of a driver or a device. All methods are called under its context's run token.
///
/// Life: constructor (touches nothing) → [#start], or [#restore] as a successor → [#poll]… → [#stop], or at a swap
/// → [#poll]… until [#isQuiet] → [#save]. After `save` the instance is dropped, or, if the successor failed (which is then
/// told to [#letGo]), taken back by `restore` with what it saved itself.
///
/// An exception from any of them stops this plug-in and no other: its scheme disappears, its clients get ENODEV.
public interface Plugin {

    /// Begins from nothing: opens files, serves schemes, sets up the hardware.
    void start();

    /// One turn of duty: takes at most `budget` pieces of work and returns; never waits for a higher layer.
    ///
    /// If it found work it is asked again at once, unless that was only requests, and all there were: whoever keeps work
    /// for itself while it handles a request does it in the same turn, or asks for another by
    /// [ferrite.spi.context.Context#wakeAt].
    ///
    /// @return how many pieces it found; 0 = nothing to do until woken by a ring or by time
    int poll(int budget);

    /// Whether everything found at start has been brought up, as far as this plug-in is concerned.
    default boolean isSettled() {
        return true;
    }

    /// Whether no request is in work any more: asked between polls while the runtime holds back new requests.
    /// Armed multi-shot requests do not count; they stay in the runtime and are found again in
    /// [ferrite.spi.scheme.SchemeSocket#outstanding].
    boolean isQuiet();

    /// Everything that a successor needs and cannot find in the context, as bytes.
    PluginState save();

    /// Begins from what a predecessor saved, possibly another version: treat it as hostile input.
    ///
    /// @throws ferrite.spi.error.SchemeException EBADMSG if the state makes no sense, EOPNOTSUPP for its version;
    ///         the swap is then rolled back
    void restore(PluginState state);

    /// This instance will not take another turn, but its context and its hardware go on with another: its start or
    /// restore failed. Gives back what it has of the *host*, such as a locked file, and touches nothing else.
    default void letGo() {}

    /// Ends for good. The runtime closes what is left open.
    void stop();
}
