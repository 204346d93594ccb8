package ferrite.buffer;

import org.jspecify.annotations.Nullable;

/// A token for tests, which threads take and give away.
final class OwnerThread implements Owner {
    private @Nullable Thread thread;

    @Override
    public boolean isMe() {
        return thread == Thread.currentThread();
    }

    /// The calling thread becomes the owner. Ends with [#unhold].
    ///
    /// @return the owner before; null: nobody
    @Nullable
    Thread hold() {
        Thread before = thread;
        thread = Thread.currentThread();
        return before;
    }

    /// @param before what [#hold] returned
    void unhold(@Nullable Thread before) {
        thread = before;
    }
}
