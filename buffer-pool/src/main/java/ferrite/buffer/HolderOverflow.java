package ferrite.buffer;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/// Holders for whom a slice had no place left in its own table. Under the pool's lock.
final class HolderOverflow {
    private final Map<Allocation, IdentityHashMap<Holder, Integer>> timesHeld = new HashMap<>();

    void add(Allocation root, Holder holder) {
        timesHeld.computeIfAbsent(root, _ -> new IdentityHashMap<>()).merge(holder, 1, Integer::sum);
    }

    /// @return whether it was there
    boolean remove(Allocation root, Holder holder) {
        IdentityHashMap<Holder, Integer> holders = timesHeld.get(root);
        if (holders == null || !holders.containsKey(holder)) {
            return false;
        }
        holders.computeIfPresent(holder, (_, times) -> times == 1 ? null : times - 1);
        if (holders.isEmpty()) {
            timesHeld.remove(root);
        }
        return true;
    }

    /// Each as often as it holds.
    void forEach(BiConsumer<Allocation, Holder> action) {
        timesHeld.forEach((root, holders) -> holders.forEach((holder, times) -> {
            for (int i = 0; i < times; i++) {
                action.accept(root, holder);
            }
        }));
    }
}
