package ferrite.buffer;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.SchemeException;

/// Guarding without an object per guard: for whoever moves slices between contexts many times a second.
///
/// [BufferSlice#guard] does the same and makes a [ferrite.spi.buffer.Guard], so that it cannot be released twice. Here
/// the caller promises one release for each retain. Both are one compare-and-set on the slice's own word, without the
/// pool's lock and without allocation; only the seventeenth holder of one slice, and the release that gives the bytes back,
/// take the lock. Safe from any thread.
///
/// ```
///  submit:    record.buffer = Slices.retain(slice, record)
///  receive:   lent.bind(record.buffer, access)           RequestSlice, one per record and server instance
///  answer:    lent.revoke()
///  reap:      Slices.release(record.buffer, record)
/// ```
public final class Slices {
    private Slices() {}

    /// Keeps the bytes from being reused until [#release].
    ///
    /// @param slice live; a part and a view with less access guard the bytes of the whole
    /// @param holder who may touch the bytes; appears in [SharedBufferPool#guards]
    /// @return the slice to lend from and to give to [#release]: `slice`, unless that is a [RequestSlice] or a part of
    ///         one, whose object may stand for other bytes by then
    /// @throws SchemeException EFAULT if the slice is not live, EINVAL if no pool of this module made it
    public static BufferSlice retain(BufferSlice slice, Holder holder) {
        if (slice instanceof OwnedSlice owned) {
            owned.requireLive();
            owned.window().root().retain(holder);
            return owned;
        }
        PooledSlice pooled = PooledSlice.of(slice).settled();
        pooled.requireLive();
        pooled.window().root().retain(holder);
        return pooled;
    }

    /// Ends what [#retain] began. The last release of a closed slice gives its bytes back.
    ///
    /// @param retained what [#retain] returned
    /// @param holder the same object
    /// @throws SchemeException EALREADY if `holder` does not hold it, EINVAL if no pool of this module made the slice
    public static void release(BufferSlice retained, Holder holder) {
        PooledSlice.of(retained).window().root().release(holder);
    }

    /// Whether a slice was made by a pool of this module. A class of a plug-in's own must not be called by the runtime.
    public static boolean isOfAPool(BufferSlice slice) {
        return slice instanceof PooledSlice;
    }
}
