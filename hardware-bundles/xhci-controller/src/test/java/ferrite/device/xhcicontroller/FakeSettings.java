package ferrite.device.xhcicontroller;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Settings from a map; every key stands in `test.toml`, in the line of its name.
record FakeSettings(Map<String, Object> values) implements Settings {

    /// A table of keys and values in turn.
    static FakeSettings of(Object... keysAndValues) {
        Map<String, Object> values = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            values.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return new FakeSettings(values);
    }

    @Override
    public Set<String> keys() {
        return values.keySet();
    }

    @Override
    public Optional<String> text(String key) {
        return Optional.ofNullable((String) values.get(key));
    }

    @Override
    public OptionalLong number(String key) {
        return values.get(key) instanceof Number number ? OptionalLong.of(number.longValue()) : OptionalLong.empty();
    }

    @Override
    public Optional<Boolean> flag(String key) {
        return Optional.ofNullable((Boolean) values.get(key));
    }

    @Override
    public List<String> texts(String key) {
        return List.of();
    }

    @Override
    public List<Long> numbers(String key) {
        return List.of();
    }

    @Override
    public Optional<Settings> table(String key) {
        return Optional.empty();
    }

    @Override
    public List<Settings> tables(String key) {
        return values.get(key) instanceof List<?> tables
                ? tables.stream().map(table -> (Settings) table).toList()
                : List.of();
    }

    @Override
    public String where(String key) {
        return "test.toml:" + key;
    }

    @Override
    public String requiredText(String key) {
        return text(key).orElseThrow(() -> new SchemeException(Errno.EINVAL, where(key) + ": " + key + " is missing"));
    }
}
