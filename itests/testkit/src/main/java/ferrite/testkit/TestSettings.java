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

/// Settings from a map: values are String, Long, Boolean, a List of one of these, a TestSettings, or a List of them.
public final class TestSettings implements Settings {
    private final Map<String, Object> values;

    private TestSettings(Map<String, Object> values) {
        this.values = new TreeMap<>(values);
    }

    /// No settings.
    public static TestSettings none() {
        return new TestSettings(Map.of());
    }

    /// These values.
    public static TestSettings of(Map<String, Object> values) {
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
        return value(key, Long.class).map(OptionalLong::of).orElseGet(OptionalLong::empty);
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
        return list(key, Long.class);
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
        return "test settings, key " + key;
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
