package ferrite.device.xhcicontroller;

import ferrite.spi.buffer.BufferPool;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// The device slots; number 0 is the command ring's and never a device's.
final class Slots {
    private final HostMemory memory;
    private final RunState run;
    private final @Nullable DeviceSlot[] slots = new DeviceSlot[MemoryMap.SLOTS + 1];

    Slots(HostMemory memory, RunState run) {
        this.memory = memory;
        this.run = run;
    }

    boolean isEnabled(int id) {
        return id >= 1 && id < slots.length && slots[id] != null;
    }

    /// An enabled slot.
    ///
    /// @throws IllegalStateException if it is not enabled
    DeviceSlot slot(int id) {
        DeviceSlot slot = slots[id];
        if (slot == null) {
            throw new IllegalStateException("slot " + id + " is not enabled");
        }
        return slot;
    }

    /// An enabled slot; empty for any other number.
    Optional<DeviceSlot> find(int id) {
        return isEnabled(id) ? Optional.of(slot(id)) : Optional.empty();
    }

    /// Enables the first free slot.
    ///
    /// @param max highest number that may be used
    OptionalInt enable(int max) {
        for (int id = 1; id <= max && id < slots.length; id++) {
            if (slots[id] == null) {
                slots[id] = new DeviceSlot(id, memory, run);
                return OptionalInt.of(id);
            }
        }
        return OptionalInt.empty();
    }

    void disable(int id) {
        slots[id] = null;
    }

    /// Whether another slot has a device at this port.
    boolean isTaken(int port, int exceptId) {
        for (DeviceSlot slot : slots) {
            if (slot != null && slot.id() != exceptId && slot.port() == port) {
                return true;
            }
        }
        return false;
    }

    /// Fetches again what was fetched and not begun.
    void rewind() {
        for (DeviceSlot slot : slots) {
            if (slot != null) {
                for (int index = 1; index < MemoryMap.CONTEXTS; index++) {
                    slot.endpoint(index).rewind();
                }
            }
        }
    }

    void reset() {
        for (int id = 1; id < slots.length; id++) {
            DeviceSlot slot = slots[id];
            if (slot != null) {
                for (int index = 1; index < MemoryMap.CONTEXTS; index++) {
                    slot.endpoint(index).disable();
                }
                slots[id] = null;
            }
        }
    }

    void save(StateWriter out) {
        for (int id = 1; id < slots.length; id++) {
            DeviceSlot slot = slots[id];
            out.flag(slot != null);
            if (slot != null) {
                slot.save(out);
            }
        }
    }

    void restore(StateReader in, RootHub hub, BufferPool pool) {
        for (int id = 1; id < slots.length; id++) {
            if (in.flag("slot is enabled")) {
                DeviceSlot slot = new DeviceSlot(id, memory, run);
                slot.restore(in, hub, pool);
                slots[id] = slot;
            }
        }
    }
}
