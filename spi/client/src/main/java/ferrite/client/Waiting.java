package ferrite.client;

import java.util.function.BooleanSupplier;

/// How the owner of a reactor sleeps and how other threads end that. [Reactor#run] of an application thread comes with
/// its own; a plug-in may give one that uses [ferrite.spi.context.Context#await].
public interface Waiting {
    /// Waits until the condition holds, [#wake] was called, the time is over or the thread was interrupted; may return
    /// earlier. On the owner's thread.
    ///
    /// @param ready looks at rings and inbox; changes nothing
    /// @param timeoutNanos 0 and up
    void sleep(BooleanSupplier ready, long timeoutNanos);

    /// Ends a sleep, or the next one if there is none. Any thread.
    void wake();
}
