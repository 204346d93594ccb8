package ferrite.driver.pcid;

import ferrite.spi.plugin.Settings;
import java.util.List;
import java.util.Optional;

/// All driver entries in the order of the configuration. The first match drives a function.
final class DriverTable {
    private static final System.Logger LOG = System.getLogger(DriverTable.class.getName());

    private final List<DriverEntry> entries;

    private DriverTable(List<DriverEntry> entries) {
        this.entries = entries;
    }

    /// Reads `[[drivers]]`.
    ///
    /// @throws ferrite.spi.error.SchemeException EINVAL, naming file and line
    static DriverTable of(Settings settings) {
        return new DriverTable(
                settings.tables("drivers").stream().map(DriverEntry::of).toList());
    }

    /// Who drives a function. Redox starts every match; two drivers on one set of registers cannot work, so here a
    /// second match is refused with a warning.
    Optional<DriverEntry> driverOf(PciFunction function) {
        List<DriverEntry> matches = entries.stream()
                .filter(entry -> entry.matches(function.config()))
                .toList();
        if (matches.isEmpty()) {
            return Optional.empty();
        }
        DriverEntry first = matches.getFirst();
        for (DriverEntry second : matches.subList(1, matches.size())) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "pci: {0} is driven by \"{1}\" ({2}); \"{3}\" ({4}) matches too and is refused:"
                            + " narrow one of the two, or take it out",
                    function.address(),
                    first.name(),
                    first.where(),
                    second.name(),
                    second.where());
        }
        return Optional.of(first);
    }
}
