package ferrite.buffer;

/// Somebody who may touch the bytes of a slice and therefore keeps them from being reused: a request in a ring, a
/// device, a guard.
///
/// One long-lived object is given to [Slices#retain] again and again (a ring's record of one request, for example), so
/// that retaining costs no memory. Both methods are called by any thread that makes a report, at any time, also after
/// the release; they must not block.
public interface Holder {

    /// Who it is, with the request if there is one: `ring app→disk, request 17`.
    String holder();

    /// Since when it holds, nanoseconds on the clock of the pool ([System#nanoTime] unless the pool was given another).
    long heldSinceNanos();
}
