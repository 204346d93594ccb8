package ferrite.buffer;

import ferrite.spi.buffer.Guard;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The root of every slice: one taken range of a pool, whoever looks at it and through which view, and who holds it.
///
/// ```
///            close, no guard
///   HELD ────────────────────────▶ FREED      (never leaves FREED: a later owner of the bytes has another object)
///     │ close                        ▲
///     ▼         last guard goes      │
///   CLOSED ──────────────────────────┘
/// ```
///
/// State, number of holders and used places of the holder table are one word, so that closing, retaining and releasing
/// decide by one compare-and-set who gives the bytes back.
///
/// | bits   | meaning                                      |
/// |-------:|----------------------------------------------|
/// |  0..15 | place is used                                |
/// | 16..47 | holders, those without a place included      |
/// |     62 | closed                                       |
/// |     63 | freed                                        |
final class Allocation {
    private static final int PLACES = 16;
    private static final long PLACES_MASK = (1L << PLACES) - 1;
    private static final long ONE = 1L << PLACES;
    private static final long COUNT_MASK = 0xFFFF_FFFFL << PLACES;
    private static final long CLOSED = 1L << 62;
    private static final long FREED = 1L << 63;

    private static final VarHandle WORD;
    private static final VarHandle FIRST;
    private static final VarHandle OTHERS;
    private static final VarHandle OTHER = MethodHandles.arrayElementVarHandle(Holder[].class);

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WORD = lookup.findVarHandle(Allocation.class, "word", long.class);
            FIRST = lookup.findVarHandle(Allocation.class, "first", Holder.class);
            OTHERS = lookup.findVarHandle(Allocation.class, "others", Holder[].class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final SharedBufferPool pool;
    private final PoolRegion region;
    private final int block;
    private final long start;
    private final long length;
    private final @Nullable CachedBytes cachedBytes;

    private volatile long word;

    /// Place 0; the others are made when a second holder comes. A place is written after its bit is set and emptied before
    /// its bit goes, so a holder that looks for itself never finds itself in a place that another has just taken.
    @SuppressWarnings("unused") // through FIRST
    private @Nullable Holder first;

    @SuppressWarnings("unused") // through OTHERS
    private @Nullable Holder @Nullable [] others;

    /// A block of the pool.
    ///
    /// @param start first byte in the region, bytes
    /// @param length as asked for, bytes
    Allocation(SharedBufferPool pool, PoolRegion region, int block, long start, long length) {
        this.pool = pool;
        this.region = region;
        this.block = block;
        this.start = start;
        this.length = length;
        this.cachedBytes = null;
    }

    /// Bytes of a cache.
    ///
    /// @param start first byte in the region, bytes
    /// @param length as asked for, bytes
    Allocation(SharedBufferPool pool, CachedBytes cachedBytes, long start, long length) {
        this.pool = pool;
        this.region = cachedBytes.region();
        this.block = cachedBytes.block();
        this.start = start;
        this.length = length;
        this.cachedBytes = cachedBytes;
    }

    @SuppressWarnings("ReferenceEquality") // one object is one pool
    boolean isOf(SharedBufferPool other) {
        return pool == other;
    }

    PoolRegion region() {
        return region;
    }

    /// The pool's block that the bytes are, or lie in.
    int block() {
        return block;
    }

    /// Null: they are a block of the pool.
    @Nullable
    CachedBytes cachedBytes() {
        return cachedBytes;
    }

    long start() {
        return start;
    }

    long offset() {
        return region.poolStart() + start;
    }

    long address() {
        return region.memory().base() + start;
    }

    long length() {
        return length;
    }

    boolean isHeld() {
        return (word & (CLOSED | FREED)) == 0;
    }

    boolean isFreed() {
        return word < 0;
    }

    /// Also of one that is freed: 0.
    int holders() {
        return (int) ((word & COUNT_MASK) >>> PLACES);
    }

    Guard guard(String holder) {
        HeldGuard guard = new HeldGuard(this, holder, pool.nanoTime());
        retain(guard);
        return guard;
    }

    /// @throws SchemeException EFAULT if the bytes are freed
    void retain(Holder holder) {
        while (true) {
            long seen = word;
            if (seen < 0) {
                throw new SchemeException(Errno.EFAULT, this + " is freed");
            }
            long place = Long.lowestOneBit(~seen & PLACES_MASK);
            if (place == 0) {
                retainWithoutPlace(holder);
                return;
            }
            if (WORD.compareAndSet(this, seen, (seen | place) + ONE)) {
                put(Long.numberOfTrailingZeros(place), holder);
                return;
            }
        }
    }

    /// ORDER: release; pairs with the acquire in [#at], so that a report sees a whole holder.
    private void put(int place, Holder holder) {
        if (place == 0) {
            FIRST.setRelease(this, holder);
        } else {
            OTHER.setRelease(others(), place, holder);
        }
    }

    /// ORDER: release; pairs with the acquire in [#at], so that nobody sees the former holder in this place once its bit has
    /// gone and come back.
    private void empty(int place) {
        if (place == 0) {
            FIRST.setRelease(this, (Holder) null);
        } else {
            OTHER.setRelease(others(), place, (Holder) null);
        }
    }

    /// ORDER: acquire, and the release in the exchange by which one of several first ones publishes the table; they pair
    /// with each other and with the acquire in [#at].
    private @Nullable Holder[] others() {
        @Nullable Holder[] known = (@Nullable Holder[]) OTHERS.getAcquire(this);
        if (known != null) {
            return known;
        }
        @Nullable Holder[] made = new Holder[PLACES];
        @Nullable Holder[] there = (@Nullable Holder[]) OTHERS.compareAndExchange(this, null, made);
        return there == null ? made : there;
    }

    /// ORDER: acquire; pairs with the releases in [#put] and [#empty], and for the table with the exchange in [#others].
    private @Nullable Holder at(int place) {
        if (place == 0) {
            return (Holder) FIRST.getAcquire(this);
        }
        @Nullable Holder[] known = (@Nullable Holder[]) OTHERS.getAcquire(this);
        return known == null ? null : (Holder) OTHER.getAcquire(known, place);
    }

    private void retainWithoutPlace(Holder holder) {
        pool.noteWithoutPlace(this, holder);
        while (true) {
            long seen = word;
            if (seen < 0) {
                pool.forgetWithoutPlace(this, holder);
                throw new SchemeException(Errno.EFAULT, this + " is freed");
            }
            if (WORD.compareAndSet(this, seen, seen + ONE)) {
                return;
            }
        }
    }

    /// @throws SchemeException EALREADY if it does not hold
    void release(Holder holder) {
        long place = placeOf(holder, word);
        if (place == 0) {
            releaseWithoutPlace(holder);
            return;
        }
        empty(Long.numberOfTrailingZeros(place));
        while (true) {
            long seen = word;
            if ((seen & place) == 0) {
                throw notHeldBy(holder);
            }
            if (leave(seen, place)) {
                return;
            }
        }
    }

    private SchemeException notHeldBy(Holder holder) {
        return new SchemeException(Errno.EALREADY, holder.holder() + " does not hold " + this);
    }

    /// @return bit of a used place with this holder, or 0
    @SuppressWarnings("ReferenceEquality") // one object is one holder
    private long placeOf(Holder holder, long seen) {
        for (long left = seen & PLACES_MASK; left != 0; left &= left - 1) {
            if (at(Long.numberOfTrailingZeros(left)) == holder) {
                return Long.lowestOneBit(left);
            }
        }
        return 0;
    }

    /// @return false if the word has changed
    private boolean leave(long seen, long place) {
        long left = (seen & ~place) - ONE;
        if (left == CLOSED) {
            if (!WORD.compareAndSet(this, seen, FREED)) {
                return false;
            }
            pool.freeGuarded(this);
            return true;
        }
        return WORD.compareAndSet(this, seen, left);
    }

    private void releaseWithoutPlace(Holder holder) {
        if (!pool.forgetWithoutPlace(this, holder)) {
            throw notHeldBy(holder);
        }
        while (true) {
            if (leave(word, 0)) {
                return;
            }
        }
    }

    /// The owner is done.
    ///
    /// @return whether the bytes are free; false: holders keep them
    /// @throws SchemeException EALREADY if it was closed before
    boolean close() {
        while (true) {
            long seen = word;
            if ((seen & (CLOSED | FREED)) != 0) {
                throw new SchemeException(Errno.EALREADY, this + " was closed before");
            }
            boolean free = (seen & COUNT_MASK) == 0;
            if (WORD.compareAndSet(this, seen, free ? FREED : seen | CLOSED)) {
                return free;
            }
        }
    }

    /// Ends this object in favour of another one for the same bytes.
    ///
    /// @return false if it is closed or somebody holds it
    boolean giveUp() {
        return WORD.compareAndSet(this, 0L, FREED);
    }

    /// Every holder that has a place, as far as it can be seen from outside.
    void forEachPlaced(Consumer<Holder> action) {
        for (long left = word & PLACES_MASK; left != 0; left &= left - 1) {
            Holder holder = at(Long.numberOfTrailingZeros(left));
            if (holder != null) {
                action.accept(holder);
            }
        }
    }

    void release() {
        pool.release(this);
    }

    @Override
    public String toString() {
        return "slice 0x" + Long.toHexString(address()) + "+" + length + " of pool " + pool.name();
    }
}
