package ferrite.buffer;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.Guard;
import ferrite.spi.error.SchemeException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;

/// The end of what one plug-in instance could touch, and the bytes that are kept until it is certain.
///
/// A thread of the instance may be in a system call that fills a segment: nothing reaches it there, and its view cannot be
/// ended before the call returns. So whoever ends an instance keeps first, ends then, and lets go of the bytes only
/// afterwards:
///
/// ```
///  keep, keepAll, keepMapped ──▶ end ──true──▶ nothing is kept any more
///                                 ▲ │ false: some views are in use; their bytes are kept
///                                 └─┘ later
/// ```
///
/// Each kept slice has a holder of its own that names the instance and what it has the slice for, so it stands in
/// [SharedBufferPool#guards]. Region by region: what lies in a region whose view has ended is not kept any more.
/// Safe from any thread.
public final class Revocation {
    private record Kept(Region region, Guard guard) {}

    private final ViewArena view;
    private final long beganNanos = System.nanoTime();
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Kept> kept = new ArrayList<>();

    /// @param view of the instance; still works, until [#end]
    public Revocation(ViewArena view) {
        this.view = view;
    }

    /// Keeps a slice that the instance has for a request. Bytes that are free already are not its any more.
    ///
    /// @param slice live or not, lent or own
    /// @param purpose what the instance has it for: `ring app→disk, request 17`
    public void keep(BufferSlice slice, String purpose) {
        keepAs(holder(purpose), PooledSlice.of(slice).settled().window().root());
    }

    /// Keeps all slices of a pool: the instance's own, which its successor may close.
    public void keepAll(SharedBufferPool pool) {
        String holder = holder("a slice of its own");
        pool.forEachSlice(root -> keepAs(holder, root));
    }

    /// Keeps what drivers have mapped for the device that the instance is.
    public void keepMapped(DeviceAddressMap map) {
        String holder = holder("a mapping of its driver");
        map.forEachMapping(mapping -> keepAs(holder, mapping.root()));
    }

    private String holder(String purpose) {
        return "system call of " + view.holder() + ", " + purpose;
    }

    private void keepAs(String holder, Allocation root) {
        Guard guard;
        try {
            guard = root.guard(holder);
        } catch (SchemeException _) {
            return;
        }
        lock.lock();
        try {
            kept.add(new Kept(root.region().memory(), guard));
        } finally {
            lock.unlock();
        }
    }

    /// Ends every view that can be ended, and lets go of the bytes in those regions. Never waits.
    ///
    /// @return whether all have ended; false: to be called again
    public boolean end() {
        boolean all = view.end();
        release(all);
        return all;
    }

    /// The instance goes on: what was kept is let go of, and its views stay.
    public void abandon() {
        release(true);
    }

    private void release(boolean all) {
        List<Guard> released = new ArrayList<>();
        lock.lock();
        try {
            for (Iterator<Kept> each = kept.iterator(); each.hasNext(); ) {
                Kept one = each.next();
                if (all || !view.sees(one.region)) {
                    each.remove();
                    released.add(one.guard);
                }
            }
        } finally {
            lock.unlock();
        }
        released.forEach(Guard::release); // without the lock: the last holder frees memory
    }

    /// Slices that are kept now.
    public int keptSlices() {
        lock.lock();
        try {
            return kept.size();
        } finally {
            lock.unlock();
        }
    }

    /// One line for reports: who, how old, and how much.
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "system call of %s, ended %d ms ago: %d regions stay mapped for it, %d slices are kept",
                view.holder(),
                (System.nanoTime() - beganNanos) / 1_000_000,
                view.viewsLeft(),
                keptSlices());
    }
}
