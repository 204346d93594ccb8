package ferrite.buffer;

import ferrite.spi.buffer.Guard;

/// One guard on one allocation.
final class HeldGuard implements Guard {
    private final SharedBufferPool pool;
    private final Allocation root;
    private final String holder;
    private final long sinceNanos;

    HeldGuard(SharedBufferPool pool, Allocation root, String holder, long sinceNanos) {
        this.pool = pool;
        this.root = root;
        this.holder = holder;
        this.sinceNanos = sinceNanos;
    }

    Allocation root() {
        return root;
    }

    @Override
    public String holder() {
        return holder;
    }

    @Override
    public void release() {
        pool.unguard(this);
    }

    GuardReport report(long nowNanos) {
        return new GuardReport(holder, root.address(), root.length(), nowNanos - sinceNanos);
    }
}
