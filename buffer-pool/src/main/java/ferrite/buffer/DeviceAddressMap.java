package ferrite.buffer;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.DmaMap;
import ferrite.spi.buffer.Guard;
import ferrite.spi.device.DeviceMemory;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The IOMMU of one device: which bytes it may touch, and how.
///
/// The driver maps on its thread, the device looks up on its own. A device address is the shared address. Each mapping
/// guards the bytes themselves, not the driver's view: it outlives a swap of the driver, whose successor unmaps by
/// address, and the closing of the slice. Ranges may overlap in any way; mapping the same address again counts.
public final class DeviceAddressMap implements DmaMap {
    /// Distinct addresses mapped at one time, at most; ENOSPC beyond.
    public static final int MAPPINGS_MAX = 65_536;

    private final String device;
    private final StrayListener strays;
    private final AtomicLong faults = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<Long, Mapping> byAddress = new TreeMap<>();

    /// ORDER: only a hint; its partner is the volatile [Mapping#isMapped], which is asked at each use.
    private volatile @Nullable Mapping lastHit;

    /// @param device name of the device, for reports
    /// @param strays hears of each stray access
    public DeviceAddressMap(String device, StrayListener strays) {
        this.device = device;
        this.strays = strays;
    }

    /// @throws SchemeException also EINVAL for a slice that no shared pool made, ENOSPC if [#MAPPINGS_MAX] is reached
    @Override
    public long map(BufferSlice slice, Access access) {
        PooledSlice settled = PooledSlice.of(slice).settled();
        Window window = settled.window();
        window.requireAccess(access);
        Guard guard = settled.guard(device);
        lock.lock();
        try {
            Mapping mapping = byAddress.get(window.address());
            if (mapping == null) {
                mapping = insert(window, guard);
            } else {
                guard.release();
                requireSameBytes(mapping, window);
            }
            mapping.add(window.length(), access);
            return window.address();
        } finally {
            lock.unlock();
        }
    }

    /// The entry has a guard, so its bytes are still the only ones at that address.
    private static void requireSameBytes(Mapping mapping, Window window) {
        if (mapping.root() != window.root()) {
            throw new IllegalStateException(mapping.root() + " and " + window.root() + " have one address");
        }
    }

    private Mapping insert(Window window, Guard guard) {
        if (byAddress.size() == MAPPINGS_MAX) {
            guard.release();
            throw new SchemeException(Errno.ENOSPC, device + " has " + MAPPINGS_MAX + " mappings");
        }
        Mapping mapping = new Mapping(window.root(), window.address(), guard);
        byAddress.put(window.address(), mapping);
        return mapping;
    }

    @Override
    public void unmap(long address) {
        lock.lock();
        try {
            Mapping mapping = byAddress.get(address);
            if (mapping == null) {
                throw new SchemeException(
                        Errno.EINVAL, "nothing is mapped for " + device + " at 0x" + Long.toHexString(address));
            }
            if (mapping.remove()) {
                byAddress.remove(address);
                mapping.end();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Ends all mappings: the driver's context died. The map can be used again.
    public void unmapAll() {
        List<Mapping> ending;
        lock.lock();
        try {
            ending = new ArrayList<>(byAddress.values());
            byAddress.clear();
        } finally {
            lock.unlock();
        }
        ending.forEach(Mapping::end);
        lastHit = null;
    }

    /// Every mapping there is. Under the lock, so that none of them ends meanwhile.
    void forEachMapping(Consumer<Mapping> action) {
        lock.lock();
        try {
            byAddress.values().forEach(action);
        } finally {
            lock.unlock();
        }
    }

    /// What the device sees, through its own view. Slices it gets are live while their bytes are mapped.
    ///
    /// @param view the device instance's
    public DeviceMemory deviceMemory(ViewArena view) {
        return new MappedMemory(this, view);
    }

    /// Distinct addresses that are mapped now.
    public int mappings() {
        lock.lock();
        try {
            return byAddress.size();
        } finally {
            lock.unlock();
        }
    }

    /// Stray accesses since the start.
    public long faults() {
        return faults.get();
    }

    void stray(long address, long length, Access access) {
        faults.incrementAndGet();
        strays.stray(address, length, access);
    }

    /// A mapping that covers the whole range with that access.
    @Nullable
    Mapping find(long address, long length, Access access) {
        Mapping last = lastHit;
        if (last != null && last.isMapped() && last.covers(address, length, access)) {
            return last;
        }
        lock.lock();
        try {
            Mapping found = search(address, length, access);
            if (found != null) {
                lastHit = found;
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    /// Downward from the nearest start: overlapping mappings lie in one slice, so the walk ends with that slice.
    private @Nullable Mapping search(long address, long length, Access access) {
        Map.Entry<Long, Mapping> entry = byAddress.floorEntry(address);
        if (entry == null) {
            return null;
        }
        Allocation root = entry.getValue().root();
        if (address - root.address() > root.length()) {
            return null;
        }
        while (entry != null && entry.getValue().root() == root) {
            if (entry.getValue().covers(address, length, access)) {
                return entry.getValue();
            }
            entry = byAddress.lowerEntry(entry.getKey());
        }
        return null;
    }
}
