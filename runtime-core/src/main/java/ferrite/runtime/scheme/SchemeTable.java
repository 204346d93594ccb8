package ferrite.runtime.scheme;

import ferrite.runtime.context.SchemeTarget;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/// The namespace: which name is served by whom. Any thread.
public final class SchemeTable {
    /// Most schemes.
    public static final int SCHEMES_MAX = 65_536;

    private final Map<String, SchemeTarget> schemes = new ConcurrentSkipListMap<>();

    /// @throws SchemeException EEXIST if the name is taken, ENOSPC
    void add(SchemeTarget target) {
        if (schemes.size() >= SCHEMES_MAX) {
            throw new SchemeException(Errno.ENOSPC, schemes.size() + " schemes");
        }
        if (schemes.putIfAbsent(target.name(), target) != null) {
            throw new SchemeException(
                    Errno.EEXIST,
                    "scheme " + target.name() + ": is served already; stop its server"
                            + " first or choose another name");
        }
    }

    void remove(SchemeTarget target) {
        schemes.remove(target.name(), target);
    }

    Optional<SchemeTarget> find(String name) {
        return Optional.ofNullable(schemes.get(name));
    }

    /// The names, sorted, without the root scheme.
    List<String> names() {
        return schemes.keySet().stream().filter(name -> !name.isEmpty()).toList();
    }
}
