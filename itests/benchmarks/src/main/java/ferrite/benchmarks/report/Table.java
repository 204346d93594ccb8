package ferrite.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

/// The lines as an aligned table.
public final class Table {
    private static final List<String> HEADER =
            List.of("measurement", "Ferrite", "unit", "peer", "peer's", "ratio", "target", "", "heap B/op", "peer's");
    private static final int[] LEFT = {0, 2, 3, 7};

    private Table() {}

    /// One text line for the header and for each line. A name stands only once.
    public static List<String> of(List<Line> lines) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADER);
        String before = "";
        for (Line line : lines) {
            rows.add(row(line, before.equals(line.name())));
            before = line.name();
        }
        int[] widths = new int[HEADER.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return rows.stream().map(row -> aligned(row, widths)).toList();
    }

    private static List<String> row(Line line, boolean again) {
        return List.of(
                again ? "" : line.name(),
                shown(line.value()),
                line.unit(),
                line.peer(),
                shown(line.peerValue()),
                shown(line.ratio().orElse(Double.NaN)),
                line.target().map(Target::toString).orElse(""),
                line.met().map(met -> met ? "met" : "MISSED").orElse(""),
                shown(line.heapBytes()),
                shown(line.peerHeapBytes()));
    }

    private static String shown(double number) {
        return Double.isFinite(number) ? Numbers.plain(number) : "";
    }

    private static String aligned(List<String> row, int[] widths) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String padding = " ".repeat(widths[i] - row.get(i).length());
            text.append(isLeft(i) ? row.get(i) + padding : padding + row.get(i)).append("  ");
        }
        return text.toString().stripTrailing();
    }

    private static boolean isLeft(int column) {
        for (int left : LEFT) {
            if (left == column) {
                return true;
            }
        }
        return false;
    }
}
