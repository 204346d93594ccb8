package ferrite.driver.xhcid;

import ferrite.hw.usb.UsbClass;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.Settings;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Which plug-in drives which interface: the tables `[[drivers]]`. The first match wins.
final class ClassDriverTable {
    private static final int BYTE_MAX = 0xFF;
    private static final long ANY = -1;

    /// One table.
    ///
    /// @param plugin first element of `command`
    /// @param sub empty = any
    /// @param protocol empty = any
    record Entry(String plugin, int base, OptionalInt sub, OptionalInt protocol) {
        boolean matches(UsbClass found) {
            return base == found.base()
                    && (sub.isEmpty() || sub.getAsInt() == found.sub())
                    && (protocol.isEmpty() || protocol.getAsInt() == found.protocol());
        }
    }

    private final List<Entry> entries;

    private ClassDriverTable(List<Entry> entries) {
        this.entries = entries;
    }

    /// @throws SchemeException EINVAL, naming file and line
    static ClassDriverTable of(Settings settings) {
        return new ClassDriverTable(
                settings.tables("drivers").stream().map(ClassDriverTable::entry).toList());
    }

    Optional<Entry> driverOf(UsbClass found) {
        return entries.stream().filter(entry -> entry.matches(found)).findFirst();
    }

    private static Entry entry(Settings table) {
        List<String> command = table.texts("command");
        if (command.isEmpty() || command.getFirst().isEmpty()) {
            throw new SchemeException(
                    Errno.EINVAL, table.where("command") + ": command must name a plug-in, as in [\"usbscsid\"]");
        }
        int base = code(table, "class")
                .orElseThrow(() -> new SchemeException(Errno.EINVAL, table.where("class") + ": class is missing"));
        return new Entry(command.getFirst(), base, code(table, "subclass"), code(table, "protocol"));
    }

    private static OptionalInt code(Settings table, String key) {
        OptionalLong value = table.number(key);
        if (value.isEmpty() || value.getAsLong() == ANY) {
            return OptionalInt.empty();
        }
        if (value.getAsLong() < 0 || value.getAsLong() > BYTE_MAX) {
            throw new SchemeException(
                    Errno.EINVAL, table.where(key) + ": " + key + " " + value.getAsLong() + " not in 0.." + BYTE_MAX);
        }
        return OptionalInt.of((int) value.getAsLong());
    }
}
