package ferrite.buffer;

/// A part of a slice, or the same slice with less access: lives as long as the slice it came from.
final class SlicePart implements PooledSlice {
    private final PooledSlice whole;
    private final int grant;
    private final Window window;

    /// @param grant [PooledSlice#grant] of `whole`, read before the window was
    SlicePart(PooledSlice whole, int grant, Window window) {
        // A part of a part hangs on the slice itself, so that no chain grows.
        this.whole = whole instanceof SlicePart part ? part.whole : whole;
        this.grant = grant;
        this.window = window;
    }

    @Override
    public Window window() {
        return window;
    }

    @Override
    public int grant() {
        return grant;
    }

    @Override
    public PooledSlice settled() {
        if (whole instanceof RequestSlice) {
            requireLive();
            return window;
        }
        return this;
    }

    @Override
    public boolean isLive() {
        return whole.isLive() && whole.grant() == grant;
    }

    @Override
    public boolean isLendable() {
        return whole.isLendable() && whole.grant() == grant;
    }

    @Override
    public void close() {
        // The slice belongs to who holds the whole.
    }

    @Override
    public String toString() {
        return window.length() + " bytes at 0x" + Long.toHexString(window.address()) + " in " + window.root();
    }
}
