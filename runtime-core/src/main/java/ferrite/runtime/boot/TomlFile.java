package ferrite.runtime.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/// A TOML file that was parsed without errors. Complaints about it name file, line and column.
///
/// @param name as the user knows it
/// @param root all of it
record TomlFile(String name, TomlTable root) {

    /// @throws BootException if it cannot be read, or at its first syntax error
    static TomlFile read(Path path) {
        String name = path.toString();
        try {
            TomlParseResult result = Toml.parse(Files.readString(path));
            if (result.hasErrors()) {
                TomlParseError first = result.errors().getFirst();
                throw new BootException(place(name, first.position()) + ": " + first.getMessage());
            }
            return new TomlFile(name, result);
        } catch (NoSuchFileException e) {
            throw new BootException(name + ": no such file", e);
        } catch (IOException e) {
            throw new BootException(name + ": cannot be read (" + e + ")", e);
        }
    }

    /// A text that must be there.
    String text(TomlTable table, String key) {
        return optionalText(table, key)
                .orElseThrow(() -> new BootException(
                        place(name, firstPosition(table)) + ": " + key + " is missing; expected a text in quotes"));
    }

    Optional<String> optionalText(TomlTable table, String key) {
        return optional(table, key, String.class, "a text in quotes");
    }

    Optional<Long> optionalNumber(TomlTable table, String key) {
        return optional(table, key, Long.class, "a whole number");
    }

    /// A table that must be there.
    TomlTable table(TomlTable parent, String key) {
        return optional(parent, key, TomlTable.class, "a table, [" + key + "]")
                .orElseThrow(() -> new BootException(name + ":1:1: [" + key + "] is missing"));
    }

    /// The tables of an array, `[[key]]`; empty if there are none.
    List<TomlTable> tables(String key) {
        Optional<TomlArray> array = optional(root, key, TomlArray.class, "an array of tables, [[" + key + "]]");
        List<TomlTable> tables = new ArrayList<>();
        for (Object element : array.map(TomlArray::toList).orElse(List.of())) {
            if (!(element instanceof TomlTable table)) {
                throw wrong(root, key, key + " is not an array of tables, [[" + key + "]]");
            }
            tables.add(table);
        }
        return tables;
    }

    /// Refuses other keys, which are spelling mistakes.
    void allowOnly(TomlTable table, Set<String> keys, String expected) {
        for (String key : new TreeSet<>(table.keySet())) {
            if (!keys.contains(key)) {
                throw wrong(table, key, "unknown \"" + key + "\"; expected " + expected);
            }
        }
    }

    BootException wrong(TomlTable table, String key, String message) {
        return new BootException(at(table, key) + ": " + message);
    }

    BootException wrong(String message) {
        return new BootException(name + ":1:1: " + message);
    }

    /// `file:line:column` of a key, or of the table if it has no such key.
    String at(TomlTable table, String key) {
        TomlPosition position = table.inputPositionOf(List.of(key));
        return place(name, position == null ? firstPosition(table) : position);
    }

    /// The line where a table's content begins.
    int line(TomlTable table) {
        TomlPosition position = firstPosition(table);
        return position == null ? 1 : position.line();
    }

    private <T> Optional<T> optional(TomlTable table, String key, Class<T> type, String expected) {
        Object value = table.get(List.of(key));
        if (value == null) {
            return Optional.empty();
        }
        if (!type.isInstance(value)) {
            throw wrong(table, key, key + " is not " + expected);
        }
        return Optional.of(type.cast(value));
    }

    private static @Nullable TomlPosition firstPosition(TomlTable table) {
        return table.keySet().stream()
                .map(key -> table.inputPositionOf(List.of(key)))
                .filter(position -> position != null)
                .min((a, b) -> a.line() != b.line() ? a.line() - b.line() : a.column() - b.column())
                .orElse(null);
    }

    private static String place(String name, @Nullable TomlPosition position) {
        return position == null ? name + ":1:1" : name + ':' + position.line() + ':' + position.column();
    }
}
