package ferrite.buffer;

import org.jspecify.annotations.Nullable;

/// Which thread has something to itself just now: the holder of a context's run token, or one thread for good.
///
/// Set by the runtime when a thread has taken the token, and taken back before it gives the token away. Asking is one
/// comparison and exact for the asker: the field is plain, but a thread finds *itself* in it only if it wrote that
/// itself and has not taken it back since, so no other thread's write, seen early or late, can mislead it.
///
/// It orders nothing. What one owner wrote is seen by the next because the token is passed on by compare-and-set:
/// everything before [#unhold] happens before everything after the next [#hold].
public final class OwnerThread {
    /// Never held.
    static final OwnerThread NOBODY = new OwnerThread();

    private @Nullable Thread thread;

    /// Nobody yet.
    public OwnerThread() {}

    /// The calling thread, for good.
    static OwnerThread current() {
        OwnerThread owner = new OwnerThread();
        owner.hold();
        return owner;
    }

    /// Whether the calling thread is the owner.
    public boolean isMe() {
        return thread == Thread.currentThread();
    }

    /// The calling thread becomes the owner. Ends with [#unhold].
    ///
    /// @return the owner before; null: nobody
    public @Nullable Thread hold() {
        Thread before = thread;
        Thread me = Thread.currentThread();
        if (before != me) {
            thread = me; // a reference that is written costs more than one that is compared
        }
        return before;
    }

    /// @param before what [#hold] returned
    public void unhold(@Nullable Thread before) {
        if (thread != before) {
            thread = before;
        }
    }
}
