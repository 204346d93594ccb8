package ferrite.spi.scheme;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;

/// The name of a scheme, without its colon: 1..[#LENGTH_MAX] characters of `a-z A-Z 0-9 . _ + -`.
///
/// @param text the characters
public record SchemeName(String text) {
    /// Longest name, characters.
    public static final int LENGTH_MAX = 128;

    /// @throws SchemeException EINVAL for an empty name or another character, ENAMETOOLONG
    public SchemeName {
        if (text.length() > LENGTH_MAX) {
            throw new SchemeException(
                    Errno.ENAMETOOLONG, "scheme name of " + text.length() + " characters > " + LENGTH_MAX);
        }
        if (text.isEmpty()) {
            throw new SchemeException(Errno.EINVAL, "empty scheme name");
        }
        for (int i = 0; i < text.length(); i++) {
            if (!isAllowed(text.charAt(i))) {
                throw new SchemeException(
                        Errno.EINVAL, "scheme name \"" + text + "\" may hold only a-z A-Z 0-9 . _ + -");
            }
        }
    }

    private static boolean isAllowed(char c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c == '.'
                || c == '_'
                || c == '+'
                || c == '-';
    }

    @Override
    public String toString() {
        return text;
    }
}
