package ferrite.driver.usbscsid;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.Settings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Settings out of maps: texts, longs, booleans, lists of them, inner maps, lists of maps.
///
/// @param place where the table pretends to stand
record FakeSettings(Map<String, Object> values, String place) implements Settings {
    static FakeSettings of(Map<String, Object> values) {
        return new FakeSettings(values, "test.toml:1");
    }

    @Override
    public Set<String> keys() {
        return values.keySet();
    }

    private <T> Optional<T> get(String key, Class<T> type) {
        Object value = values.get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (!type.isInstance(value)) {
            throw new SchemeException(Errno.EINVAL, where(key) + ": " + key);
        }
        return Optional.of(type.cast(value));
    }

    private <T> List<T> list(String key, Class<T> type) {
        return get(key, List.class).stream()
                .flatMap(all -> ((List<?>) all).stream())
                .map(type::cast)
                .toList();
    }

    @Override
    public Optional<String> text(String key) {
        return get(key, String.class);
    }

    @Override
    public OptionalLong number(String key) {
        return get(key, Long.class).map(OptionalLong::of).orElse(OptionalLong.empty());
    }

    @Override
    public Optional<Boolean> flag(String key) {
        return get(key, Boolean.class);
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
        return get(key, FakeSettings.class).map(Settings.class::cast);
    }

    @Override
    public List<Settings> tables(String key) {
        return list(key, FakeSettings.class).stream().map(Settings.class::cast).toList();
    }

    @Override
    public String where(String key) {
        return place;
    }

    @Override
    public String requiredText(String key) {
        return text(key).orElseThrow(() -> new SchemeException(Errno.EINVAL, where(key) + ": " + key + " is missing"));
    }
}
