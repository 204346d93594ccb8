package ferrite.buffer;

import ferrite.spi.buffer.Guard;
import java.util.concurrent.atomic.AtomicBoolean;

/// One guard on one allocation.
final class HeldGuard implements Guard, Holder {
    private final Allocation root;
    private final String holder;
    private final long sinceNanos;
    private final AtomicBoolean released = new AtomicBoolean();

    HeldGuard(Allocation root, String holder, long sinceNanos) {
        this.root = root;
        this.holder = holder;
        this.sinceNanos = sinceNanos;
    }

    @Override
    public String holder() {
        return holder;
    }

    @Override
    public long heldSinceNanos() {
        return sinceNanos;
    }

    @Override
    public void release() {
        if (released.compareAndSet(false, true)) {
            root.release(this);
        }
    }
}
