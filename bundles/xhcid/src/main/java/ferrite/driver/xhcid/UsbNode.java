package ferrite.driver.xhcid;

import ferrite.hw.usb.EndpointAddress;
import ferrite.spi.scheme.Stat;
import java.util.Optional;

/// A place in the tree of `usb.…:`. Ports are numbers from 1; whether something is plugged in is not asked here.
sealed interface UsbNode {
    /// ``: one name a connected port.
    record Root() implements UsbNode {}

    /// `summary` (as `lsusb`) and `tree` (as `lsusb -t`).
    record Listing(boolean tree) implements UsbNode {}

    /// `port1`: its files. With a file, what it is for.
    record Port(int port, PortFile file) implements UsbNode {}

    /// `port1/endpoints/81` and its `data`.
    record EndpointFile(int port, EndpointAddress address, boolean data) implements UsbNode {}

    /// What there is of a port.
    enum PortFile {
        DIRECTORY("", Stat.MODE_DIRECTORY),
        DESCRIPTORS("descriptors", Stat.MODE_FILE),
        DESCRIPTORS_BINARY("descriptors.bin", Stat.MODE_FILE),
        STATE("state", Stat.MODE_FILE),
        CONTROL("ctl", Stat.MODE_CHARACTER),
        ENDPOINTS("endpoints", Stat.MODE_DIRECTORY);

        private final String text;
        private final int mode;

        PortFile(String text, int mode) {
            this.text = text;
            this.mode = mode;
        }

        String text() {
            return text;
        }
    }

    /// The node that a path names.
    static Optional<UsbNode> parse(String path) {
        String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        switch (trimmed) {
            case "" -> {
                return Optional.of(new Root());
            }
            case "summary" -> {
                return Optional.of(new Listing(false));
            }
            case "tree" -> {
                return Optional.of(new Listing(true));
            }
            default -> {}
        }
        String[] parts = trimmed.split("/", -1);
        int port = port(parts[0]);
        if (port < 0) {
            return Optional.empty();
        }
        return switch (parts.length) {
            case 1 -> Optional.of(new Port(port, PortFile.DIRECTORY));
            case 2 -> file(port, parts[1]);
            case 3 -> endpoint(port, parts, false);
            case 4 -> "data".equals(parts[3]) ? endpoint(port, parts, true) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Optional<UsbNode> file(int port, String name) {
        for (PortFile file : PortFile.values()) {
            if (!name.isEmpty() && file.text.equals(name)) {
                return Optional.of(new Port(port, file));
            }
        }
        return Optional.empty();
    }

    private static Optional<UsbNode> endpoint(int port, String[] parts, boolean data) {
        if (!parts[1].equals(PortFile.ENDPOINTS.text) || !parts[2].matches("[0-9a-f]{2}")) {
            return Optional.empty();
        }
        int bits = Integer.parseInt(parts[2], 16);
        EndpointAddress address = EndpointAddress.of(bits);
        // Other bits than direction and number would be a second name for the same thing.
        return address.bits() == bits ? Optional.of(new EndpointFile(port, address, data)) : Optional.empty();
    }

    private static int port(String name) {
        boolean good = name.matches("port[1-9][0-9]{0,2}");
        int port = good ? Integer.parseInt(name.substring("port".length())) : -1;
        return port <= 255 ? port : -1;
    }

    /// One of `Stat.MODE_…`.
    default int mode() {
        return switch (this) {
            case Root _ -> Stat.MODE_DIRECTORY;
            case Listing _ -> Stat.MODE_FILE;
            case Port(int _, PortFile file) -> file.mode;
            case EndpointFile(int _, EndpointAddress _, boolean data) ->
                data ? Stat.MODE_CHARACTER : Stat.MODE_DIRECTORY;
        };
    }

    /// Whether it can be written or takes operations.
    default boolean isWritable() {
        return mode() == Stat.MODE_CHARACTER;
    }

    /// The path without the scheme; [#parse] reads it.
    default String path() {
        return switch (this) {
            case Root() -> "";
            case Listing(boolean tree) -> tree ? "tree" : "summary";
            case Port(int port, PortFile file) -> file.text.isEmpty() ? "port" + port : "port" + port + '/' + file.text;
            case EndpointFile(int port, EndpointAddress address, boolean data) ->
                "port%d/endpoints/%02x%s".formatted(port, address.bits(), data ? "/data" : "");
        };
    }
}
