package ferrite.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// A Markdown file, as far as the tests read one: headings and tables outside of fenced code.
final class Markdown {
    private static final Pattern CELL_END = Pattern.compile("(?<!\\\\)\\|");
    private static final Pattern RULE = Pattern.compile("\\|(\\s*:?-+:?\\s*\\|)+");

    private final String path;
    private final List<String> lines;

    private Markdown(String path, List<String> lines) {
        this.path = path;
        this.lines = lines;
    }

    /// @param path from the root
    static Markdown read(String path) {
        if (!SourceTree.isFile(path)) {
            throw new AssertionError(path + " is missing: write it");
        }
        List<String> outside = new ArrayList<>();
        boolean inCode = false;
        for (String line : SourceTree.lines(path)) {
            if (line.strip().startsWith("```")) {
                inCode = !inCode;
            } else if (!inCode) {
                outside.add(line.strip());
            }
        }
        return new Markdown(path, outside);
    }

    /// Texts of the headings of the second level, in order.
    List<String> headings() {
        return lines.stream()
                .filter(line -> line.startsWith("## "))
                .map(line -> line.substring(3).strip())
                .toList();
    }

    /// The part below a heading of the second level, up to the next.
    Markdown section(String heading) {
        int from = lines.indexOf("## " + heading);
        if (from < 0) {
            throw new AssertionError(path + " has no heading \"## " + heading + "\"");
        }
        int to = from + 1;
        while (to < lines.size() && !lines.get(to).startsWith("## ")) {
            to++;
        }
        return new Markdown(path + " below " + heading, lines.subList(from + 1, to));
    }

    /// Rows of the only table whose header has these columns, without the header; backticks removed.
    List<List<String>> table(String... columns) {
        List<String> header = List.of(columns);
        List<List<String>> rows = new ArrayList<>();
        int tables = 0;
        for (int i = 0; i + 1 < lines.size(); i++) {
            if (RULE.matcher(lines.get(i + 1)).matches() && cells(lines.get(i)).equals(header)) {
                tables++;
                for (int row = i + 2; row < lines.size() && lines.get(row).startsWith("|"); row++) {
                    rows.add(cells(lines.get(row)));
                }
            }
        }
        if (tables != 1) {
            throw new AssertionError("%s has %d tables with the columns %s: there must be one"
                    .formatted(path, tables, String.join(", ", columns)));
        }
        return rows;
    }

    /// First cells of every table row but headers; backticks removed.
    List<String> firstCells() {
        List<String> cells = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            boolean isHeader =
                    i + 1 < lines.size() && RULE.matcher(lines.get(i + 1)).matches();
            if (lines.get(i).startsWith("|")
                    && !isHeader
                    && !RULE.matcher(lines.get(i)).matches()) {
                cells.add(cells(lines.get(i)).getFirst());
            }
        }
        return cells;
    }

    private static List<String> cells(String row) {
        String inner = row.startsWith("|") ? row.substring(1) : row;
        return CELL_END.splitAsStream(inner)
                .map(cell -> cell.replace("`", "").strip())
                .toList();
    }
}
