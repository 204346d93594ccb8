package ferrite.benchmarks.report;

import java.util.List;
import java.util.stream.Collectors;

/// The lines as one JSON array (RFC 8259).
public final class Json {
    private Json() {}

    /// One object a line, with the keys `name`, `value`, `unit`, `peer`, `peerValue`, `ratio`, `target`, `met`.
    public static String of(List<Line> lines) {
        return lines.stream().map(Json::object).collect(Collectors.joining(",\n  ", "[\n  ", "\n]"));
    }

    private static String object(Line line) {
        return "{\"name\": " + text(line.name())
                + ", \"value\": " + number(line.value())
                + ", \"unit\": " + text(line.unit())
                + ", \"peer\": " + text(line.peer())
                + ", \"peerValue\": " + number(line.peerValue())
                + ", \"ratio\": " + number(line.ratio().orElse(Double.NaN))
                + ", \"target\": "
                + line.target().map(target -> number(target.bound())).orElse("null")
                + ", \"met\": " + line.met().map(String::valueOf).orElse("null")
                + "}";
    }

    private static String number(double number) {
        return Double.isFinite(number) ? Numbers.plain(number) : "null";
    }

    private static String text(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(unit -> {
            if (unit == '"' || unit == '\\') {
                quoted.append('\\').append((char) unit);
            } else if (unit < ' ') {
                quoted.append(String.format("\\u%04x", unit));
            } else {
                quoted.append((char) unit);
            }
        });
        return quoted.append('"').toString();
    }
}
