package ferrite.device.xhcicontroller;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.Settings;
import ferrite.spi.scheme.SchemeName;
import java.util.ArrayList;
import java.util.List;

/// What the machine file says about one controller, checked.
///
/// | key          | meaning                                                        | default |
/// |--------------|----------------------------------------------------------------|---------|
/// | `ports`      | connectors, 1..15; each is one USB 3 and one USB 2 root port   | 4       |
/// | `child.name` | instance of the device model plugged in                        |         |
/// | `child.port` | connector, from 1                                              |         |
///
/// @param connectors 1..[MemoryMap#PORTS_MAX]
/// @param children at most one a connector
record ControllerSettings(int connectors, List<Child> children) {
    private static final int CONNECTORS_DEFAULT = 4;

    /// A device model behind a connector.
    ///
    /// @param scheme where it takes packets
    /// @param connector from 1
    /// @param where its place in the machine file, for messages
    record Child(SchemeName scheme, int connector, String where) {}

    /// Reads the table.
    ///
    /// @throws SchemeException EINVAL, naming the place
    static ControllerSettings of(Settings settings) {
        int connectors =
                number(settings, "ports", settings.number("ports").orElse(CONNECTORS_DEFAULT), MemoryMap.PORTS_MAX);
        List<Child> children = new ArrayList<>();
        for (Settings table : settings.tables("child")) {
            Child child = child(table, connectors);
            for (Child other : children) {
                if (other.connector == child.connector) {
                    throw invalid(
                            table, "port", child.connector + ", which " + other.scheme + " has at " + other.where);
                }
            }
            children.add(child);
        }
        return new ControllerSettings(connectors, List.copyOf(children));
    }

    private static Child child(Settings table, int connectors) {
        if (table.number("port").isEmpty()) {
            throw invalid(table, "port", "missing; write a number in 1.." + connectors);
        }
        int port = number(table, "port", table.number("port").getAsLong(), connectors);
        return new Child(new SchemeName("hw." + table.requiredText("name")), port, table.where("port"));
    }

    private static int number(Settings table, String key, long value, int max) {
        if (value < 1 || value > max) {
            throw invalid(table, key, value + "; write a number in 1.." + max);
        }
        return (int) value;
    }

    private static SchemeException invalid(Settings table, String key, String problem) {
        return new SchemeException(Errno.EINVAL, table.where(key) + ": " + key + " is " + problem);
    }
}
