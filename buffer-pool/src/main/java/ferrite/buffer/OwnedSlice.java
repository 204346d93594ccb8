package ferrite.buffer;

/// A slice in the hands of who acquired it, or of its successor in the same context.
final class OwnedSlice implements PooledSlice {
    private final Window window;

    OwnedSlice(Allocation root, ViewArena view) {
        this.window = Window.whole(root, view);
    }

    @Override
    public Window window() {
        return window;
    }

    @Override
    public boolean isLive() {
        return window.root().isHeld() && window.view().isOpen();
    }

    @Override
    public boolean isLendable() {
        return !window.root().isFreed();
    }

    /// Does nothing after the view was closed: the slice then is the successor's.
    @Override
    public void close() {
        if (window.view().isOpen()) {
            window.root().release();
        }
    }

    @Override
    public String toString() {
        return window.root().toString();
    }
}
