package ferrite.spi.scheme;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;

/// A full path, `scheme:rest`.
///
/// @param scheme before the first colon; empty for the root scheme, whose paths begin with a colon
/// @param rest after it
public record SchemePath(String scheme, String rest) {

    /// Splits a path at its first colon.
    ///
    /// @throws SchemeException EINVAL if there is no colon
    public static SchemePath parse(String path) {
        int colon = path.indexOf(':');
        if (colon < 0) {
            throw new SchemeException(
                    Errno.EINVAL, "path \"" + path + "\" has no scheme; write SCHEME:PATH, \"ls :\" lists the schemes");
        }
        return new SchemePath(path.substring(0, colon), path.substring(colon + 1));
    }

    @Override
    public String toString() {
        return scheme + ':' + rest;
    }
}
