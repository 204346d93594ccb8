package ferrite.spi.plugin;

import ferrite.spi.error.SchemeException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// One table of a configuration file, read by the runtime, as the plug-in sees it. Unmodifiable.
///
/// Every failure names the file, the line and what was expected.
public interface Settings {

    /// The keys of this table.
    Set<String> keys();

    /// A text; empty if the key is missing.
    /// @throws SchemeException EINVAL if it is something else
    Optional<String> text(String key);

    /// A whole number; empty if the key is missing.
    /// @throws SchemeException EINVAL if it is something else
    OptionalLong number(String key);

    /// A truth value; empty if the key is missing.
    /// @throws SchemeException EINVAL if it is something else
    Optional<Boolean> flag(String key);

    /// An array of texts; empty if the key is missing.
    /// @throws SchemeException EINVAL if it is something else
    List<String> texts(String key);

    /// An array of whole numbers; empty if the key is missing.
    /// @throws SchemeException EINVAL if it is something else
    List<Long> numbers(String key);

    /// An inner table; empty if the key is missing.
    /// @throws SchemeException EINVAL if it is something else
    Optional<Settings> table(String key);

    /// An array of tables; empty if the key is missing.
    /// @throws SchemeException EINVAL if it is something else
    List<Settings> tables(String key);

    /// Where a key stands, `machines/usb-stick.toml:12`, for messages; the place of the table if the key is missing.
    String where(String key);

    /// A text that must be there.
    /// @throws SchemeException EINVAL, naming the place, if it is missing or something else
    String requiredText(String key);
}
