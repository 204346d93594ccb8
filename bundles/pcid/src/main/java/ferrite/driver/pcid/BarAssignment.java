package ferrite.driver.pcid;

import ferrite.driver.pcid.BridgeResources.Window;
import ferrite.hw.pci.Bar;
import ferrite.hw.pci.PciAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Gives memory BARs their addresses in the bridge's windows: each at a multiple of its size, largest first.
///
/// What already decodes at a sensible place keeps it, so that a restart of pcid moves nothing under a running
/// driver. There is no I/O window: I/O BARs, and what does not fit, become `None`.
final class BarAssignment {
    private static final System.Logger LOG = System.getLogger(BarAssignment.class.getName());
    private static final long LIMIT_32_BIT = 1L << 32;

    private record Wish(PciAddress function, int index, Bar bar, long size) {}

    private record Place(PciAddress function, int index) {}

    private final List<Window> windows;

    /// Taken ranges: first address → size.
    private final TreeMap<Long, Long> taken = new TreeMap<>();

    BarAssignment(List<Window> windows) {
        this.windows = windows;
    }

    /// @param decoding functions whose memory decoding is on
    /// @return the functions in the same order with their final BARs
    List<PciFunction> assign(List<PciFunction> functions, List<PciAddress> decoding) {
        Map<Place, Bar> placed = new HashMap<>();
        List<Wish> wishes = new ArrayList<>();
        for (PciFunction function : functions) {
            for (int i = 0; i < Bar.COUNT; i++) {
                Bar bar = function.config().bars().get(i);
                if (isMemory(bar)) {
                    Wish wish = new Wish(function.address(), i, bar, sizeOf(bar));
                    if (decoding.contains(function.address()) && canStay(addressOf(bar), wish)) {
                        taken.put(addressOf(bar), wish.size());
                        placed.put(new Place(function.address(), i), bar);
                    } else {
                        wishes.add(wish);
                    }
                }
            }
        }
        wishes.sort(Comparator.comparingLong(Wish::size).reversed());
        for (Wish wish : wishes) {
            placed.put(new Place(wish.function(), wish.index()), place(wish));
        }
        return functions.stream().map(function -> withBars(function, placed)).toList();
    }

    private static PciFunction withBars(PciFunction function, Map<Place, Bar> placed) {
        List<Bar> bars = new ArrayList<>(Bar.COUNT);
        for (int i = 0; i < Bar.COUNT; i++) {
            bars.add(placed.getOrDefault(new Place(function.address(), i), new Bar.None()));
        }
        return function.withBars(bars);
    }

    private Bar place(Wish wish) {
        for (Window window : windows) {
            long address = alignUp(Math.max(window.base(), 1), wish.size());
            while (fits(window, address, wish)) {
                long occupiedUntil = endOfLastBefore(address + wish.size());
                if (occupiedUntil <= address) {
                    taken.put(address, wish.size());
                    return at(wish.bar(), address);
                }
                address = alignUp(occupiedUntil, wish.size());
            }
        }
        LOG.log(
                System.Logger.Level.WARNING,
                "pci: no window of the bridge has room for BAR {0} of {1}, {2} bytes",
                wish.index(),
                wish.function(),
                Long.toString(wish.size()));
        return new Bar.None();
    }

    private boolean canStay(long address, Wish wish) {
        return (address & wish.size() - 1) == 0
                && windows.stream().anyMatch(window -> fits(window, address, wish))
                && endOfLastBefore(address + wish.size()) <= address;
    }

    private static boolean fits(Window window, long address, Wish wish) {
        return address > 0
                && wish.size() > 0
                && window.contains(address, wish.size())
                && (wish.bar() instanceof Bar.Memory64 || address + wish.size() <= LIMIT_32_BIT);
    }

    /// The end of the last taken range that begins before `limit`; 0 if there is none.
    private long endOfLastBefore(long limit) {
        Map.Entry<Long, Long> last = taken.lowerEntry(limit);
        return last == null ? 0 : last.getKey() + last.getValue();
    }

    private static long alignUp(long address, long size) {
        return address + size - 1 & -size;
    }

    private static boolean isMemory(Bar bar) {
        return bar instanceof Bar.Memory32 || bar instanceof Bar.Memory64;
    }

    static long sizeOf(Bar bar) {
        return switch (bar) {
            case Bar.Memory32(long _, long size, boolean _) -> size;
            case Bar.Memory64(long _, long size, boolean _) -> size;
            case Bar.Io(long _, long size) -> size;
            case Bar.None() -> 0;
        };
    }

    static long addressOf(Bar bar) {
        return switch (bar) {
            case Bar.Memory32(long address, long _, boolean _) -> address;
            case Bar.Memory64(long address, long _, boolean _) -> address;
            case Bar.Io(long address, long _) -> address;
            case Bar.None() -> 0;
        };
    }

    private static Bar at(Bar bar, long address) {
        return switch (bar) {
            case Bar.Memory32(long _, long size, boolean prefetchable) -> new Bar.Memory32(address, size, prefetchable);
            case Bar.Memory64(long _, long size, boolean prefetchable) -> new Bar.Memory64(address, size, prefetchable);
            case Bar.Io _, Bar.None _ -> bar;
        };
    }
}
