package ferrite.device.xhcicontroller;

import ferrite.hw.pci.MsixTableEntry;
import ferrite.spi.scheme.Request;
import java.util.ArrayList;
import java.util.List;

/// The MSI-X table, its pending bits, and who is told: the armed AWAIT_MESSAGE requests.
///
/// A vector that fires while it is masked, while the function may not master the bus, or while the asker has no room,
/// keeps its pending bit and is sent as soon as that ends.
final class MsixTable {
    private static final int WORDS_PER_ENTRY = MsixTableEntry.BYTES / Integer.BYTES;
    private static final int CONTROL_WORD = MsixTableEntry.CONTROL / Integer.BYTES;

    private final PciFunction function;
    private final int[] words = new int[MemoryMap.INTERRUPTERS * WORDS_PER_ENTRY];
    private final List<Request> listeners = new ArrayList<>();
    private long pending;

    MsixTable(PciFunction function) {
        this.function = function;
        reset();
    }

    /// Power-on: all masked, nothing pending. Listeners stay.
    void reset() {
        for (int i = 0; i < words.length; i++) {
            words[i] = i % WORDS_PER_ENTRY == CONTROL_WORD ? MsixTableEntry.CONTROL_MASKED : 0;
        }
        pending = 0;
    }

    void listen(Request request) {
        listeners.add(request);
    }

    /// Disarms a request.
    ///
    /// @return whether it was armed here
    boolean forget(Request request) {
        return listeners.remove(request);
    }

    /// Disarms requests whose ring has gone.
    void forgetDead() {
        listeners.removeIf(listener -> !listener.isLive());
    }

    void forgetAll() {
        listeners.clear();
    }

    /// Whether messages go out at all.
    boolean enabled() {
        return function.msixEnabled();
    }

    /// Fires a vector, 0..[MemoryMap#INTERRUPTERS]−1.
    void fire(int vector) {
        pending |= 1L << vector;
        sendPending();
    }

    /// Sends what has become possible to send.
    ///
    /// @return how many messages went out
    int sendPending() {
        if (pending == 0 || !function.msixEnabled() || function.msixMasked() || !function.busMaster()) {
            return 0;
        }
        int sent = 0;
        for (int vector = 0; vector < MemoryMap.INTERRUPTERS; vector++) {
            if ((pending & 1L << vector) != 0 && send(vector)) {
                pending &= ~(1L << vector);
                sent++;
            }
        }
        return sent;
    }

    private boolean send(int vector) {
        int at = vector * WORDS_PER_ENTRY;
        if ((words[at + CONTROL_WORD] & MsixTableEntry.CONTROL_MASKED) != 0) {
            return false;
        }
        long address = (words[at] & 0xFFFF_FFFFL) | (long) words[at + 1] << 32;
        long data = words[at + 2] & 0xFFFF_FFFFL;
        for (int i = 0; i < listeners.size(); i++) {
            Request listener = listeners.get(i);
            if (listener.isLive()) {
                return listener.post(data, address);
            }
        }
        return false;
    }

    /// A word of the table.
    ///
    /// @param offset from its start, a multiple of 4
    int readTable(int offset) {
        int word = offset / Integer.BYTES;
        return word < words.length ? words[word] : 0;
    }

    /// Writes a word of the table; unmasking sends what was pending.
    void writeTable(int offset, int value) {
        int word = offset / Integer.BYTES;
        if (word >= words.length) {
            return;
        }
        words[word] = switch (word % WORDS_PER_ENTRY) {
            case 0 -> value & ~3;
            case CONTROL_WORD -> value & MsixTableEntry.CONTROL_MASKED;
            default -> value;
        };
        sendPending();
    }

    /// A word of the pending bits.
    int readPending(int offset) {
        return switch (offset) {
            case 0 -> (int) pending;
            case Integer.BYTES -> (int) (pending >>> 32);
            default -> 0;
        };
    }

    void save(StateWriter state) {
        for (int word : words) {
            state.i32(word);
        }
        state.i64(pending);
    }

    void restore(StateReader state) {
        for (int i = 0; i < words.length; i++) {
            words[i] = state.i32("MSI-X table", Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        pending = state.i64("MSI-X pending bits", 0, (1L << MemoryMap.INTERRUPTERS) - 1);
    }
}
