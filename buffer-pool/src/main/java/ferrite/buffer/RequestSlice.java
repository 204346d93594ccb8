package ferrite.buffer;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// The buffer of a request in the hands of its server: one object for each ring record and server instance, bound to
/// the next request's bytes when that arrives and revoked when it is answered, without allocation.
///
/// Bound and revoked by one thread at a time, the one that has the server's token; read by any. A [LentSlice] is the
/// same for a single loan.
///
/// ## What a server can do with a kept reference
/// - After [#revoke] everything fails with EFAULT, through this object and through each part of it.
/// - After the next [#bind] this object stands for the next request's bytes, which were granted to the same instance
///   with the access of that grant. A part that was made before stays dead: it remembers which binding it is of.
/// - All facts about the bytes are in one immutable [Window], read once: no mixture of two requests can be seen, from
///   whatever thread.
/// - A segment that was taken out works until the instance's [ViewArena] closes, and fails with IllegalStateException
///   from then on, or when the region ends. It never shows more than was granted; whether the bytes are somebody else's
///   by then is decided by the guard, so **whoever binds keeps the source retained until after the revocation**.
///
/// Windows are remembered by the slice they were made from, so binding a buffer that this instance has seen before, with
/// the same access, makes nothing, not even a segment.
public final class RequestSlice implements PooledSlice {
    private static final VarHandle WINDOW;
    private static final VarHandle BINDING;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WINDOW = lookup.findVarHandle(RequestSlice.class, "window", Window.class);
            BINDING = lookup.findVarHandle(RequestSlice.class, "binding", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final ViewArena borrower;

    @SuppressWarnings("unused") // through WINDOW
    private @Nullable Window window;

    private int binding;

    /// @param borrower the view of the server instance
    public RequestSlice(ViewArena borrower) {
        this.borrower = borrower;
    }

    /// Lets the server touch the bytes of a request; ends what was bound before.
    ///
    /// @param source what [Slices#retain] returned for the request, still retained
    /// @param access what the server may do
    /// @throws SchemeException EFAULT if the bytes were freed, EACCES if the source does not have that access itself,
    ///         EINVAL for a slice of another make; nothing is bound then
    public void bind(BufferSlice source, Access access) {
        revoke();
        PooledSlice pooled = PooledSlice.of(source).settled();
        if (!pooled.isLendable()) {
            throw new SchemeException(Errno.EFAULT, pooled + " cannot be lent any more");
        }
        // ORDER: release; pairs with the acquire in current().
        WINDOW.setRelease(this, pooled.window().seenBy(borrower, access));
    }

    /// Ends the server's right, for the parts too. A second call does nothing.
    public void revoke() {
        if (window == null) {
            return;
        }
        // ORDER: first the window goes, then the binding ends: who reads the new binding and then a window, as slice()
        // does, cannot find the old window. Pairs with the acquires in grant() and current().
        WINDOW.setRelease(this, null);
        BINDING.setRelease(this, binding + 1);
    }

    private @Nullable Window current() {
        return (Window) WINDOW.getAcquire(this);
    }

    @Override
    public int grant() {
        return (int) BINDING.getAcquire(this);
    }

    // The method of a package-private interface has to be public.
    @SuppressWarnings("exports")
    @Override
    public Window window() {
        Window bound = current();
        if (bound == null) {
            throw new SchemeException(
                    Errno.EFAULT, "the request whose buffer " + borrower.holder() + " still uses has been answered");
        }
        return bound;
    }

    @SuppressWarnings("exports")
    @Override
    public PooledSlice settled() {
        return window();
    }

    @Override
    public boolean isLive() {
        Window bound = current();
        return bound != null && bound.isLive();
    }

    @Override
    public boolean isLendable() {
        Window bound = current();
        return bound != null && bound.isLendable();
    }

    @Override
    public void close() {
        // The bytes belong to the asker.
    }

    @Override
    public String toString() {
        Window bound = current();
        return bound == null ? "revoked buffer of " + borrower.holder() : bound.toString();
    }
}
