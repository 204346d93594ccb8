package ferrite.runtime.shell;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// Rows of text, each column as wide as its longest cell.
final class Table {
    private static final int GAP = 2;

    private final List<String[]> rows = new ArrayList<>();

    Table(String... heads) {
        row(heads);
    }

    /// Adds a row of as many cells as there are heads.
    void row(String... cells) {
        rows.add(cells.clone());
    }

    void print(PrintStream out) {
        int columns = rows.getFirst().length;
        int[] widths = new int[columns];
        for (String[] row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row[i]).append(" ".repeat(widths[i] - row[i].length() + GAP));
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
