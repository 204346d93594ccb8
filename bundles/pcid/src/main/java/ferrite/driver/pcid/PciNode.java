package ferrite.driver.pcid;

import ferrite.hw.pci.PciAddress;
import ferrite.spi.scheme.Stat;
import java.util.Locale;
import java.util.Optional;

/// A place in the tree of `pci:`.
sealed interface PciNode {
    /// ``: one name a function.
    record Root() implements PciNode {}

    /// `summary` and `details`: text as `lspci` prints it.
    record Listing(boolean detailed) implements PciNode {}

    /// `0000:00:04.0`: the names of its files.
    record Directory(PciAddress function) implements PciNode {}

    /// `0000:00:04.0/config`: configuration space.
    record Config(PciAddress function) implements PciNode {}

    /// `0000:00:04.0/ctl`: [ferrite.hw.pci.PcidOperation].
    record Control(PciAddress function) implements PciNode {}

    /// `0000:00:04.0/bar0`: path of the window.
    ///
    /// @param index 0..5
    record BarPath(PciAddress function, int index) implements PciNode {}

    /// The node that a path names; whether the function exists is not asked here.
    static Optional<PciNode> parse(String path) {
        String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        switch (trimmed) {
            case "" -> {
                return Optional.of(new Root());
            }
            case "summary" -> {
                return Optional.of(new Listing(false));
            }
            case "details" -> {
                return Optional.of(new Listing(true));
            }
            default -> {}
        }
        int slash = trimmed.indexOf('/');
        Optional<PciAddress> function = address(slash < 0 ? trimmed : trimmed.substring(0, slash));
        if (slash < 0) {
            return function.map(Directory::new);
        }
        String file = trimmed.substring(slash + 1);
        return function.flatMap(address -> switch (file) {
            case "config" -> Optional.of(new Config(address));
            case "ctl" -> Optional.of(new Control(address));
            case "bar0", "bar1", "bar2", "bar3", "bar4", "bar5" ->
                Optional.of(new BarPath(address, file.charAt(3) - '0'));
            default -> Optional.empty();
        });
    }

    private static Optional<PciAddress> address(String text) {
        try {
            return Optional.of(PciAddress.parse(text.toLowerCase(Locale.ROOT)));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    /// One of `Stat.MODE_…`.
    default int mode() {
        return switch (this) {
            case Root _, Directory _ -> Stat.MODE_DIRECTORY;
            case Control _ -> Stat.MODE_CHARACTER;
            case Listing _, Config _, BarPath _ -> Stat.MODE_FILE;
        };
    }

    /// The path without the scheme; [#parse] reads it.
    default String path() {
        return switch (this) {
            case Root() -> "";
            case Listing(boolean detailed) -> detailed ? "details" : "summary";
            case Directory(PciAddress function) -> function.toString();
            case Config(PciAddress function) -> function + "/config";
            case Control(PciAddress function) -> function + "/ctl";
            case BarPath(PciAddress function, int index) -> function + "/bar" + index;
        };
    }
}
