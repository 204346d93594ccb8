package ferrite.runtime.boot;

import ferrite.runtime.boot.MachineFile.Device;
import ferrite.runtime.boot.MachineFile.Driver;
import ferrite.runtime.plugin.NearMatch;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tomlj.TomlTable;

/// Reads one machine file and checks what can be checked without the plug-ins.
final class MachineFileReader {
    private static final Set<String> SECTIONS = Set.of("machine", "device", "driver");
    private static final Pattern SLOT = Pattern.compile("[0-9a-f]{2}:[01][0-9a-f]\\.[0-7]");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._+-]{1,64}");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]*)}");
    /// Most ports of a controller.
    private static final long PORT_MAX = 255;

    private final Path disk;
    private final TomlFile file;

    MachineFileReader(Path path, Path disk) {
        this.disk = disk;
        this.file = TomlFile.read(path);
    }

    MachineFile read() {
        file.allowOnly(file.root(), SECTIONS, "[machine], [[device]] or [[driver]]");
        TomlTable machine = file.table(file.root(), "machine");
        file.allowOnly(machine, Set.of("name"), "name");
        List<Device> devices = file.tables("device").stream().map(this::device).toList();
        if (devices.isEmpty()) {
            throw file.wrong("no [[device]]; a machine has at least one");
        }
        List<Driver> drivers = file.tables("driver").stream().map(this::driver).toList();
        checkNames(devices, drivers);
        checkPlaces(devices);
        return new MachineFile(file.text(machine, "name"), devices, drivers);
    }

    private Device device(TomlTable table) {
        String name = file.text(table, "name");
        if (!NAME.matcher(name).matches()) {
            throw file.wrong(table, "name", "device name \"" + name + "\"; expected letters, digits, . _ + -");
        }
        Optional<String> slot = file.optionalText(table, "slot");
        if (slot.isPresent() && !SLOT.matcher(slot.get()).matches()) {
            throw file.wrong(table, "slot", "slot \"" + slot.get() + "\"; expected BUS:DEVICE.FUNCTION, \"00:04.0\"");
        }
        Optional<Long> port = file.optionalNumber(table, "port");
        if (port.isPresent() && (port.get() < 1 || port.get() > PORT_MAX)) {
            throw file.wrong(table, "port", "port " + port.get() + "; expected 1.." + PORT_MAX);
        }
        Optional<String> bus = file.optionalText(table, "bus");
        if (bus.isPresent() == (slot.isEmpty() && port.isEmpty()) || (slot.isPresent() && port.isPresent())) {
            throw file.wrong(
                    table,
                    bus.isPresent() ? "bus" : slot.isPresent() ? "slot" : "port",
                    "device \"" + name + "\"; expected bus with either slot (on a bridge) or port (on a controller)");
        }
        return new Device(file.text(table, "plugin"), name, bus, slot, port, settings(table), file.at(table, "plugin"));
    }

    private Driver driver(TomlTable table) {
        String plugin = file.text(table, "plugin");
        String instance = file.optionalText(table, "instance").orElse(plugin);
        return new Driver(plugin, instance, settings(table), file.at(table, "plugin"));
    }

    private TomlSettings settings(TomlTable table) {
        return TomlSettings.of(table, file.name(), file.name() + ':' + file.line(table), text -> replaced(table, text));
    }

    private String replaced(TomlTable table, String text) {
        Matcher matcher = VARIABLE.matcher(text);
        return matcher.replaceAll(match -> {
            if (!match.group(1).equals("disk")) {
                throw new BootException(file.at(table, "plugin") + ": unknown " + match.group() + "; expected ${disk}");
            }
            return Matcher.quoteReplacement(disk.toString());
        });
    }

    private void checkPlaces(List<Device> devices) {
        Set<String> names = new HashSet<>();
        devices.forEach(device -> names.add(device.name()));
        Map<String, Device> taken = new HashMap<>();
        for (int i = 0; i < devices.size(); i++) {
            Device device = devices.get(i);
            TomlTable table = file.tables("device").get(i);
            if (device.bus().isPresent()) {
                String bus = device.bus().get();
                if (!names.contains(bus) || bus.equals(device.name())) {
                    throw file.wrong(
                            table,
                            "bus",
                            "unknown bus \"" + bus + "\"; expected the name of another device"
                                    + NearMatch.hint(bus, names));
                }
                String key = device.slot().isPresent() ? "slot" : "port";
                String place = device.slot()
                        .orElseGet(() -> device.port().orElseThrow().toString());
                Device first = taken.putIfAbsent(bus + ' ' + key + ' ' + place, device);
                if (first != null) {
                    throw file.wrong(
                            table,
                            key,
                            key + ' ' + place + " of " + bus + " is taken by \"" + first.name() + "\" (" + first.place()
                                    + "); expected a free one");
                }
            }
        }
    }

    private void checkNames(List<Device> devices, List<Driver> drivers) {
        Map<String, String> places = new HashMap<>();
        for (int i = 0; i < devices.size(); i++) {
            checkName(
                    places, file.tables("device").get(i), "name", devices.get(i).name());
        }
        for (int i = 0; i < drivers.size(); i++) {
            TomlTable table = file.tables("driver").get(i);
            String key = table.contains("instance") ? "instance" : "plugin";
            checkName(places, table, key, drivers.get(i).instance());
        }
    }

    private void checkName(Map<String, String> places, TomlTable table, String key, String name) {
        String first = places.putIfAbsent(name, file.at(table, key));
        if (first != null) {
            throw file.wrong(table, key, "name \"" + name + "\" is used twice; expected another than at " + first);
        }
    }
}
