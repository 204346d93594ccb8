package ferrite.driver.pcid;

import ferrite.hw.pci.FunctionConfig;
import ferrite.hw.pci.PciClass;
import ferrite.hw.pci.PciId;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/// One table `[[drivers]]`: which functions a plug-in drives. A key that is not set matches anything.
///
/// @param name for people
/// @param plugin what to start: the first element of `command`
/// @param arguments `key=value` elements after it, passed on as settings
/// @param codes class, sub-class and programming interface
/// @param ids which products
/// @param where the table stands, for messages
record DriverEntry(String name, String plugin, List<String> arguments, Codes codes, Products ids, String where) {

    /// Class codes, each 0..255 or anything.
    record Codes(OptionalInt base, OptionalInt sub, OptionalInt progIf) {
        boolean matches(PciClass found) {
            return matches(base, found.base()) && matches(sub, found.sub()) && matches(progIf, found.progIf());
        }

        private static boolean matches(OptionalInt wanted, int found) {
            return wanted.isEmpty() || wanted.getAsInt() == found;
        }
    }

    /// Which products. `byVendor`, if not empty, overrides vendor and device; the range always holds.
    ///
    /// @param byVendor vendor → devices; no devices = all of that vendor
    /// @param firstDevice of the range, inclusive
    /// @param endDevice of the range, exclusive
    record Products(
            Map<Integer, Set<Integer>> byVendor,
            OptionalInt vendor,
            OptionalInt device,
            int firstDevice,
            int endDevice) {
        boolean matches(PciId found) {
            if (found.device() < firstDevice || found.device() >= endDevice) {
                return false;
            }
            if (!byVendor.isEmpty()) {
                Set<Integer> devices = byVendor.get(found.vendor());
                return devices != null && (devices.isEmpty() || devices.contains(found.device()));
            }
            return (vendor.isEmpty() || vendor.getAsInt() == found.vendor())
                    && (device.isEmpty() || device.getAsInt() == found.device());
        }
    }

    private static final System.Logger LOG = System.getLogger(DriverEntry.class.getName());
    private static final int BYTE_MAX = 0xFF;
    private static final int ID_MAX = 0xFFFF;

    DriverEntry {
        arguments = List.copyOf(arguments);
    }

    /// Reads one table.
    ///
    /// @throws SchemeException EINVAL, naming file and line
    static DriverEntry of(Settings table) {
        List<String> command = table.texts("command");
        if (command.isEmpty() || command.getFirst().isEmpty()) {
            throw new SchemeException(
                    Errno.EINVAL, table.where("command") + ": command must name a plug-in, as in [\"xhcid\"]");
        }
        List<String> arguments = command.subList(1, command.size());
        for (String argument : arguments) {
            if (argument.indexOf('=') <= 0 || argument.indexOf('\n') >= 0) {
                throw new SchemeException(
                        Errno.EINVAL,
                        table.where("command") + ": \"" + argument + "\" is not key=value; pcid has no $ variables,"
                                + " a driver gets address, name and scheme as settings");
            }
        }
        if (table.keys().contains("use_channel")) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "pci: {0}: use_channel is ignored, drivers talk to pci: through a ring",
                    table.where("use_channel"));
        }
        return new DriverEntry(
                table.text("name").orElse(command.getFirst()),
                command.getFirst(),
                arguments,
                new Codes(
                        number(table, "class", BYTE_MAX),
                        number(table, "subclass", BYTE_MAX),
                        number(table, "interface", BYTE_MAX)),
                products(table),
                table.where("name"));
    }

    boolean matches(FunctionConfig function) {
        return codes.matches(function.pciClass()) && ids.matches(function.id());
    }

    private static Products products(Settings table) {
        int first = 0;
        int end = ID_MAX + 1;
        if (table.table("device_id_range").isPresent()) {
            Settings range = table.table("device_id_range").get();
            first = number(range, "start", ID_MAX).orElse(first);
            end = number(range, "end", ID_MAX + 1).orElse(end);
        }
        Map<Integer, Set<Integer>> byVendor = new HashMap<>();
        if (table.table("ids").isPresent()) {
            Settings ids = table.table("ids").get();
            for (String key : ids.keys()) {
                byVendor.put(vendor(ids, key), new HashSet<>(devices(ids, key)));
            }
        }
        return new Products(
                Map.copyOf(byVendor), number(table, "vendor", ID_MAX), number(table, "device", ID_MAX), first, end);
    }

    private static List<Integer> devices(Settings ids, String key) {
        List<Integer> devices = new ArrayList<>();
        for (long device : ids.numbers(key)) {
            devices.add(inRange(ids, key, device, ID_MAX));
        }
        return devices;
    }

    /// Keys are hexadecimal, as in `ids = { 0x1b36 = [0x000d] }`.
    private static int vendor(Settings ids, String key) {
        try {
            String digits = key.startsWith("0x") || key.startsWith("0X") ? key.substring(2) : key;
            return inRange(ids, key, Long.parseLong(digits, 16), ID_MAX);
        } catch (NumberFormatException notHex) {
            throw new SchemeException(
                    Errno.EINVAL, ids.where(key) + ": vendor \"" + key + "\" is not hexadecimal, as in 0x1b36");
        }
    }

    private static OptionalInt number(Settings table, String key, int max) {
        OptionalLong value = table.number(key);
        return value.isEmpty() ? OptionalInt.empty() : OptionalInt.of(inRange(table, key, value.getAsLong(), max));
    }

    private static int inRange(Settings table, String key, long value, int max) {
        if (value < 0 || value > max) {
            throw new SchemeException(Errno.EINVAL, table.where(key) + ": " + key + " " + value + " not in 0.." + max);
        }
        return (int) value;
    }
}
