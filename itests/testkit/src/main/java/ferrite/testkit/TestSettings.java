package ferrite.testkit;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.Settings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/// Settings from a map: values are String, Long or Integer, Boolean, a List of one of these, a TestSettings, or a List
/// of them. Each key pretends to stand in `test.toml`, in the line of its name.
public final class TestSettings implements Settings {
    private final Map<String, Object> values;

    private TestSettings(Map<String, ?> values) {
        this.values = new TreeMap<>(values);
    }

    /// No settings.
    public static TestSettings none() {
        return new TestSettings(Map.of());
    }

    /// These values.
    public static TestSettings of(Map<String, ?> values) {
        return new TestSettings(values);
    }

    /// These keys and values, in turn.
    ///
    /// @throws IllegalArgumentException if a value is missing
    public static TestSettings of(Object... keysAndValues) {
        if (keysAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("a key without a value: " + keysAndValues[keysAndValues.length - 1]);
        }
        Map<String, Object> values = new TreeMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            values.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return new TestSettings(values);
    }

    @Override
    public Set<String> keys() {
        return Set.copyOf(values.keySet());
    }

    @Override
    public Optional<String> text(String key) {
        return value(key, String.class);
    }

    @Override
    public OptionalLong number(String key) {
        return value(key, Number.class)
                .map(number -> OptionalLong.of(number.longValue()))
                .orElseGet(OptionalLong::empty);
    }

    @Override
    public Optional<Boolean> flag(String key) {
        return value(key, Boolean.class);
    }

    @Override
    public List<String> texts(String key) {
        return list(key, String.class);
    }

    @Override
    public List<Long> numbers(String key) {
        return list(key, Number.class).stream().map(Number::longValue).toList();
    }

    @Override
    public Optional<Settings> table(String key) {
        return value(key, Settings.class);
    }

    @Override
    public List<Settings> tables(String key) {
        return list(key, Settings.class);
    }

    @Override
    public String where(String key) {
        return "test.toml:" + key;
    }

    @Override
    public String requiredText(String key) {
        return text(key).orElseThrow(() -> new SchemeException(Errno.EINVAL, where(key) + " is missing"));
    }

    private <T> Optional<T> value(String key, Class<T> type) {
        Object value = values.get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (!type.isInstance(value)) {
            throw new SchemeException(Errno.EINVAL, where(key) + " is " + value + ", expected " + type.getSimpleName());
        }
        return Optional.of(type.cast(value));
    }

    private <T> List<T> list(String key, Class<T> type) {
        return value(key, List.class)
                .map(list -> ((List<?>) list).stream().map(type::cast).toList())
                .orElseGet(List::of);
    }
}
