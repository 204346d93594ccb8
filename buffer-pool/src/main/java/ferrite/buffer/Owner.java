package ferrite.buffer;

/// Who has something to itself just now: the holder of a context's run token, or one thread for good.
///
/// It orders nothing. What one owner wrote is seen by the next because the token is passed on by compare-and-set:
/// everything before one thread gives it away happens before everything after the next one has it.
@FunctionalInterface
public interface Owner {
    /// Whether the calling thread is the owner. Exact for the asker: a thread that has given the token away gets false.
    boolean isMe();

    /// The calling thread, for good.
    static Owner currentThread() {
        return new OneThread(Thread.currentThread());
    }
}
