package ferrite.container.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The table of `docs/protocol/wiring.md`: who serves what and connects to whom in the default machine.
public final class WiringTable {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final String ABBREVIATION = "…";

    private final List<Row> rows;

    /// A plug-in.
    ///
    /// @param plugin its name
    /// @param serves its scheme, with the colon
    /// @param connectsTo schemes and paths
    private record Row(String plugin, String serves, List<String> connectsTo) {}

    private WiringTable(List<Row> rows) {
        this.rows = rows;
    }

    /// Reads it.
    public static WiringTable read() {
        try {
            List<Row> rows = Files.readAllLines(Reactor.source("docs/protocol/wiring.md")).stream()
                    .dropWhile(line -> !line.matches("\\| *plug-in *\\| *layer *\\|.*"))
                    .takeWhile(line -> line.startsWith("|"))
                    .skip(2)
                    .map(WiringTable::row)
                    .toList();
            return new WiringTable(rows);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The plug-ins.
    public List<String> plugins() {
        return rows.stream().map(Row::plugin).toList();
    }

    /// The schemes that they serve, with the colon.
    public List<String> schemes() {
        return rows.stream().map(Row::serves).toList();
    }

    /// From plug-in to plug-in, as `xhcid → hw.bridge0:`.
    public Set<String> connections() {
        Set<String> connections = new HashSet<>();
        for (Row row : rows) {
            for (String target : row.connectsTo()) {
                schemes().stream()
                        .filter(scheme -> isMeant(target, scheme))
                        .forEach(scheme -> connections.add(row.plugin() + " → " + scheme));
            }
        }
        return connections;
    }

    private static boolean isMeant(String target, String scheme) {
        int cut = target.indexOf(ABBREVIATION);
        return target.equals(scheme) || (cut > 0 && scheme.startsWith(target.substring(0, cut)));
    }

    private static Row row(String line) {
        String[] cells = line.split("\\|", -1);
        return new Row(codes(cells[1]).getFirst(), codes(cells[3]).getFirst(), codes(cells[4]));
    }

    private static List<String> codes(String cell) {
        List<String> codes = new ArrayList<>();
        Matcher matcher = CODE.matcher(cell);
        while (matcher.find()) {
            codes.add(matcher.group(1));
        }
        return codes;
    }
}
