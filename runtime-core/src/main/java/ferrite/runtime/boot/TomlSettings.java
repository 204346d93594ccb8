package ferrite.runtime.boot;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/// Settings that came from a TOML file, from a driver's wish, or from several of these on top of each other. Every value
/// remembers where it stands.
public final class TomlSettings implements Settings {
    /// No keys.
    static final TomlSettings EMPTY = new TomlSettings(Map.of(), "(no settings)");

    private final Map<String, Entry> entries;
    private final String place;

    /// @param value a String, Long, Boolean, TomlSettings or List of these; anything else fits no accessor
    /// @param where for messages
    /// @param untyped whether a text may stand for a number or a truth value, because its source knows only texts
    private record Entry(Object value, String where, boolean untyped) {}

    private TomlSettings(Map<String, Entry> entries, String place) {
        this.entries = entries;
        this.place = place;
    }

    /// A table of a file.
    ///
    /// @param file as the user knows it
    /// @param place of the table, `file:line`
    /// @param text what is done to every text, such as replacing `${disk}`
    static TomlSettings of(TomlTable table, String file, String place, Function<String, String> text) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (String key : table.keySet()) {
            TomlPosition position = table.inputPositionOf(List.of(key));
            String where = position == null ? place : file + ':' + position.line();
            Object value = table.get(List.of(key));
            if (value != null) {
                entries.put(key, new Entry(converted(value, file, where, text), where, false));
            }
        }
        return new TomlSettings(entries, place);
    }

    /// What a driver gives to the one it wishes for: texts, which also stand for numbers and truth values.
    ///
    /// @param place who gave them
    static TomlSettings ofTexts(Map<String, String> texts, String place) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        texts.forEach((key, value) -> entries.put(key, new Entry(value, place, true)));
        return new TomlSettings(entries, place);
    }

    /// These settings, and where they have no key, those of `lower`.
    TomlSettings over(TomlSettings lower) {
        Map<String, Entry> both = new LinkedHashMap<>(lower.entries);
        both.putAll(entries);
        return new TomlSettings(both, entries.isEmpty() ? lower.place : place);
    }

    /// These settings with one array of tables more.
    TomlSettings with(String key, List<TomlSettings> tables) {
        Map<String, Entry> more = new LinkedHashMap<>(entries);
        more.put(key, new Entry(List.copyOf(tables), place, false));
        return new TomlSettings(more, place);
    }

    @Override
    public Set<String> keys() {
        return Set.copyOf(entries.keySet());
    }

    @Override
    public Optional<String> text(String key) {
        return find(key, String.class, "a text in quotes");
    }

    @Override
    public OptionalLong number(String key) {
        String expected = "a whole number";
        Entry entry = entries.get(key);
        if (entry != null && entry.untyped) {
            try {
                return OptionalLong.of(Long.decode(entry.value.toString()));
            } catch (NumberFormatException e) {
                throw wrong(key, expected);
            }
        }
        Optional<Long> number = find(key, Long.class, expected);
        return number.isPresent() ? OptionalLong.of(number.get()) : OptionalLong.empty();
    }

    @Override
    public Optional<Boolean> flag(String key) {
        String expected = "true or false";
        Entry entry = entries.get(key);
        if (entry != null && entry.untyped) {
            return switch (entry.value.toString()) {
                case "true" -> Optional.of(true);
                case "false" -> Optional.of(false);
                default -> throw wrong(key, expected);
            };
        }
        return find(key, Boolean.class, expected);
    }

    @Override
    public List<String> texts(String key) {
        return list(key, String.class, "an array of texts");
    }

    @Override
    public List<Long> numbers(String key) {
        return list(key, Long.class, "an array of whole numbers");
    }

    @Override
    public Optional<Settings> table(String key) {
        return find(key, TomlSettings.class, "a table").map(table -> table);
    }

    @Override
    public List<Settings> tables(String key) {
        return List.copyOf(list(key, TomlSettings.class, "an array of tables, [[" + key + "]]"));
    }

    @Override
    public String where(String key) {
        Entry entry = entries.get(key);
        return entry == null ? place : entry.where;
    }

    @Override
    public String requiredText(String key) {
        return text(key)
                .orElseThrow(() -> new SchemeException(
                        Errno.EINVAL, place + ": " + key + " is missing; expected a text in quotes"));
    }

    private <T> Optional<T> find(String key, Class<T> type, String expected) {
        Entry entry = entries.get(key);
        if (entry == null) {
            return Optional.empty();
        }
        if (!type.isInstance(entry.value)) {
            throw wrong(key, expected);
        }
        return Optional.of(type.cast(entry.value));
    }

    private <T> List<T> list(String key, Class<T> type, String expected) {
        List<T> list = new ArrayList<>();
        for (Object element : find(key, List.class, expected).orElse(List.of())) {
            if (!type.isInstance(element)) {
                throw wrong(key, expected);
            }
            list.add(type.cast(element));
        }
        return List.copyOf(list);
    }

    private SchemeException wrong(String key, String expected) {
        return new SchemeException(Errno.EINVAL, where(key) + ": " + key + " is not " + expected);
    }

    private static Object converted(Object value, String file, String where, Function<String, String> text) {
        return switch (value) {
            case String string -> text.apply(string);
            case TomlTable table -> of(table, file, where, text);
            case TomlArray array ->
                array.toList().stream()
                        .map(element -> converted(element, file, where, text))
                        .toList();
            default -> value;
        };
    }
}
