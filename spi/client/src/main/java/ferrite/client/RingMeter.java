package ferrite.client;

/// How full one consumer ring of a reactor is, at one moment.
///
/// @param capacity most requests that can be held: waiting and in flight
/// @param used requests that are held
/// @param waiting of those, not yet in the ring
/// @param unknown completions whose tag named no live request; they were ignored
/// @param stray completions that the request they name does not expect; they were ignored
public record RingMeter(int capacity, int used, int waiting, long unknown, long stray) {
    /// Requests that can still be taken.
    public int free() {
        return capacity - used;
    }
}
