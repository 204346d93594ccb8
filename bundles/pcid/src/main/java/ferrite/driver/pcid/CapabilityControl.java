package ferrite.driver.pcid;

import ferrite.hw.pci.Capability;
import ferrite.hw.pci.CapabilityUpdate;
import ferrite.hw.pci.ConfigSpace;
import ferrite.hw.pci.PciAddress;
import ferrite.hw.pci.PlacedCapability;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.util.List;
import java.util.Optional;

/// Reads the capability list and changes MSI and MSI-X on behalf of drivers (PCI 3.0 §6.7, §6.8).
final class CapabilityControl {
    private static final int MULTIPLE_MESSAGE_MAX = 5;
    private static final int MSI_FLAGS = 0x3F;
    private static final int MSIX_FLAGS = 0x3;
    private static final int ENABLED_MASK = 7 << Capability.Msi.CONTROL_ENABLED_SHIFT;

    private final ConfigAccess access;

    CapabilityControl(ConfigAccess access) {
        this.access = access;
    }

    /// All capabilities as they are now. The walk ends at a loop.
    List<PlacedCapability> list(PciAddress function) {
        return access.snapshot(function).capabilities();
    }

    /// The first one with this id.
    Optional<PlacedCapability> find(PciAddress function, long id) {
        return list(function).stream()
                .filter(placed -> placed.capability().id() == id)
                .findFirst();
    }

    /// Applies one update.
    ///
    /// @throws SchemeException ENOENT if the function lacks the capability, EINVAL for a value it cannot take,
    ///         EADDRINUSE if the other kind of message interrupt is on
    void apply(PciAddress function, CapabilityUpdate update) {
        List<PlacedCapability> all = list(function);
        switch (update) {
            case CapabilityUpdate.Msi msi -> {
                refuseBoth(msi.enabled() && has(msi.flags(), CapabilityUpdate.Msi.ENABLED), msixIsOn(all), function);
                for (PlacedCapability placed : all) {
                    if (placed.capability() instanceof Capability.Msi now) {
                        applyMsi(function, placed.offset(), now, msi);
                        return;
                    }
                }
                throw absent("MSI", function);
            }
            case CapabilityUpdate.Msix msix -> {
                refuseBoth(msix.enabled() && has(msix.flags(), CapabilityUpdate.Msix.ENABLED), msiIsOn(all), function);
                for (PlacedCapability placed : all) {
                    if (placed.capability() instanceof Capability.Msix now) {
                        applyMsix(function, placed.offset(), now, msix);
                        return;
                    }
                }
                throw absent("MSI-X", function);
            }
            case CapabilityUpdate.Unknown(int id) ->
                throw new SchemeException(Errno.EINVAL, function + ": capability " + id + " cannot be changed");
        }
    }

    private void applyMsi(PciAddress function, int at, Capability.Msi now, CapabilityUpdate.Msi update) {
        check((update.flags() & ~MSI_FLAGS) == 0, function, "MSI flags " + update.flags());
        boolean wide = (now.control() & Capability.Msi.CONTROL_64_BIT) != 0;
        int vectors = has(update.flags(), CapabilityUpdate.Msi.MULTIPLE_MESSAGE)
                ? update.multipleMessageEnable()
                : now.multipleMessageEnable();
        int data = has(update.flags(), CapabilityUpdate.Msi.DATA)
                ? update.message().data()
                : now.data();
        int low = (int) update.message().address();
        int high = (int) (update.message().address() >>> Integer.SIZE);
        boolean maskable = (now.control() & Capability.Msi.CONTROL_PER_VECTOR_MASK) != 0;

        check(
                vectors >= 0 && vectors <= Math.min(MULTIPLE_MESSAGE_MAX, now.multipleMessageCapable()),
                function,
                "2^" + vectors + " vectors, it is capable of 2^" + now.multipleMessageCapable());
        check((data & (1 << vectors) - 1) == 0 && data >>> Short.SIZE == 0, function, "message data " + data);
        check(!has(update.flags(), CapabilityUpdate.Msi.ADDRESS) || (low & 3) == 0, function, "address " + low);
        check(!has(update.flags(), CapabilityUpdate.Msi.UPPER_ADDRESS) || wide || high == 0, function, "64 bits");
        check(!has(update.flags(), CapabilityUpdate.Msi.MASK) || maskable, function, "mask bits");

        // PCI 3.0 §6.8.3.1: while enabled, address and data must not change.
        int control = now.control() & ~(Capability.Msi.CONTROL_ENABLE | ENABLED_MASK);
        access.write16(function, at + Capability.Msi.CONTROL, control);
        if (has(update.flags(), CapabilityUpdate.Msi.ADDRESS)) {
            access.write32(function, at + Capability.Msi.ADDRESS, low);
        }
        if (has(update.flags(), CapabilityUpdate.Msi.UPPER_ADDRESS) && wide) {
            access.write32(function, at + Capability.Msi.ADDRESS + Integer.BYTES, high);
        }
        int dataAt = at + Capability.Msi.ADDRESS + (wide ? Long.BYTES : Integer.BYTES);
        if (has(update.flags(), CapabilityUpdate.Msi.DATA)) {
            access.write16(function, dataAt, data);
        }
        if (has(update.flags(), CapabilityUpdate.Msi.MASK)) {
            access.write32(function, dataAt + Integer.BYTES, update.mask());
        }
        boolean enabled = has(update.flags(), CapabilityUpdate.Msi.ENABLED) ? update.enabled() : now.enabled();
        access.write16(
                function,
                at + Capability.Msi.CONTROL,
                control
                        | vectors << Capability.Msi.CONTROL_ENABLED_SHIFT
                        | (enabled ? Capability.Msi.CONTROL_ENABLE : 0));
        pinOff(function, enabled);
    }

    private void applyMsix(PciAddress function, int at, Capability.Msix now, CapabilityUpdate.Msix update) {
        check((update.flags() & ~MSIX_FLAGS) == 0, function, "MSI-X flags " + update.flags());
        boolean enabled = has(update.flags(), CapabilityUpdate.Msix.ENABLED) ? update.enabled() : now.enabled();
        boolean masked =
                has(update.flags(), CapabilityUpdate.Msix.FUNCTION_MASK) ? update.functionMask() : now.functionMasked();
        int control = now.control() & ~(Capability.Msix.CONTROL_ENABLE | Capability.Msix.CONTROL_FUNCTION_MASK);
        access.write16(
                function,
                at + Capability.Msix.CONTROL,
                control
                        | (enabled ? Capability.Msix.CONTROL_ENABLE : 0)
                        | (masked ? Capability.Msix.CONTROL_FUNCTION_MASK : 0));
        pinOff(function, enabled);
    }

    /// A function that sends messages must not assert its pin as well.
    private void pinOff(PciAddress function, boolean off) {
        int command = access.read16(function, ConfigSpace.COMMAND);
        int wanted = off
                ? command | ConfigSpace.COMMAND_INTERRUPT_DISABLE
                : command & ~ConfigSpace.COMMAND_INTERRUPT_DISABLE;
        if (wanted != command) {
            access.write16(function, ConfigSpace.COMMAND, wanted);
        }
    }

    private static boolean msiIsOn(List<PlacedCapability> all) {
        return all.stream().anyMatch(placed -> placed.capability() instanceof Capability.Msi msi && msi.enabled());
    }

    private static boolean msixIsOn(List<PlacedCapability> all) {
        return all.stream().anyMatch(placed -> placed.capability() instanceof Capability.Msix msix && msix.enabled());
    }

    private static void refuseBoth(boolean enable, boolean otherIsOn, PciAddress function) {
        if (enable && otherIsOn) {
            throw new SchemeException(Errno.EADDRINUSE, function + ": MSI and MSI-X exclude each other");
        }
    }

    private static SchemeException absent(String capability, PciAddress function) {
        return new SchemeException(Errno.ENOENT, function + " has no " + capability + " capability");
    }

    private static void check(boolean good, PciAddress function, String what) {
        if (!good) {
            throw new SchemeException(Errno.EINVAL, function + ": " + what + " cannot be set");
        }
    }

    private static boolean has(int flags, int flag) {
        return (flags & flag) != 0;
    }
}
