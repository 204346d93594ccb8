package ferrite.runtime.boot;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A machine as its file describes it: which devices, where they are plugged in, and which drivers begin.
///
/// The format is told in `docs/protocol/wiring.md` and `assembly/README.md`. What is read here is consistent in itself;
/// whether the plug-ins exist is known only later, see [Machine].
///
/// @param name of the machine, for messages
/// @param devices in the order of the file
/// @param drivers in the order of the file
public record MachineFile(String name, List<Device> devices, List<Driver> drivers) {

    /// A `[[device]]`.
    ///
    /// @param name of the instance, which serves `hw.NAME:`
    /// @param bus the device it is plugged into; empty for one that is not
    /// @param slot on a PCI bus, `00:04.0`
    /// @param port on a USB controller, from 1
    /// @param settings the whole table
    /// @param place of the table, for messages
    public record Device(
            String plugin,
            String name,
            Optional<String> bus,
            Optional<String> slot,
            Optional<Long> port,
            TomlSettings settings,
            String place) {
        /// The full address on the PCI bus, by which its view of memory goes.
        Optional<String> busAddress() {
            return slot.map(address -> "0000:" + address);
        }
    }

    /// A `[[driver]]`.
    ///
    /// @param instance its name; the plug-in's if the file gives none
    /// @param settings the whole table
    /// @param place of the table, for messages
    public record Driver(String plugin, String instance, TomlSettings settings, String place) {}

    public MachineFile {
        devices = List.copyOf(devices);
        drivers = List.copyOf(drivers);
    }

    /// Reads a file.
    ///
    /// @param disk what `${disk}` stands for
    /// @throws BootException naming file, line and column, and what was expected
    public static MachineFile read(Path file, Path disk) {
        return new MachineFileReader(file, disk).read();
    }

    /// Tables of the devices that are plugged into this one.
    List<TomlSettings> childrenOf(Device parent) {
        List<TomlSettings> children = new ArrayList<>();
        for (Device device : devices) {
            if (device.bus().filter(parent.name()::equals).isPresent()) {
                children.add(device.settings());
            }
        }
        return children;
    }
}
