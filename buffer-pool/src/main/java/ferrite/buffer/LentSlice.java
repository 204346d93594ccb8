package ferrite.buffer;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;

/// The same bytes in the hands of another context: a server for one request, or a device while they are mapped.
///
/// Made by the runtime on the way from asker to server. It hangs on the bytes, not on the slice it was made from: it
/// goes on working when the lender's instance is stopped, when the lender closes its guarded slice, and when the
/// lender's own loan is revoked. It ends with [#revoke], with the borrower's view, or when the bytes are freed. So
/// **whoever lends keeps a guard until after the revocation**. Guarding a lent slice guards the bytes themselves.
///
/// One object is one loan and is not reused: a borrower that kept a revoked slice, or a part of it, can never find
/// another request's bytes in it. [RequestSlice] is the one that is reused.
public final class LentSlice implements PooledSlice {
    private final Window window;
    private final Loan loan;

    LentSlice(Window window, Loan loan) {
        this.window = window;
        this.loan = loan;
    }

    /// Lends a slice. Works also from a lent slice, from a slice whose holder was stopped, and from one that was
    /// closed while guarded.
    ///
    /// @param source a slice of a pool of this module
    /// @param borrower the view through which the borrower sees the bytes
    /// @param access what the borrower may do
    /// @throws SchemeException EFAULT if the bytes were freed or the source was revoked, EACCES if the source does
    ///         not have that access itself, EINVAL for a slice of another make
    public static LentSlice lend(BufferSlice source, ViewArena borrower, Access access) {
        PooledSlice pooled = PooledSlice.of(source).settled();
        if (!pooled.isLendable()) {
            throw new SchemeException(Errno.EFAULT, pooled + " cannot be lent any more");
        }
        return new LentSlice(pooled.window().seenBy(borrower, access), new RequestLoan());
    }

    /// Whether a slice was made by a pool of this module. A class of a plug-in's own must not be called by the runtime.
    public static boolean isOfAPool(BufferSlice slice) {
        return Slices.isOfAPool(slice);
    }

    /// Ends the loan: EFAULT from now on, for the parts too. A segment that the borrower kept works until its view is
    /// closed; the guard, not the revocation, decides when the bytes are reused. Any thread; a second call does
    /// nothing.
    public void revoke() {
        loan.end();
    }

    // The method of a package-private interface has to be public.
    @SuppressWarnings("exports")
    @Override
    public Window window() {
        return window;
    }

    @Override
    public boolean isLive() {
        return isLendable() && window.view().isOpen();
    }

    @Override
    public boolean isLendable() {
        return !window.root().isFreed() && loan.isOpen();
    }

    @Override
    public void close() {
        // The bytes belong to the lender.
    }

    @Override
    public String toString() {
        return window.length() + " bytes at 0x" + Long.toHexString(window.address()) + " lent to "
                + window.view().holder();
    }
}
