package ferrite.client.file;

import java.net.URI;
import java.util.regex.Pattern;

/// The machine that a URI names: `ferrite://MACHINE/SCHEME/REST`.
final class MachineName {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private MachineName() {}

    /// @throws IllegalArgumentException if the URI does not have that form
    static String of(URI uri) {
        if (!FerriteFileSystemProvider.SCHEME.equalsIgnoreCase(uri.getScheme())) {
            throw wrong(uri, "its scheme is not " + FerriteFileSystemProvider.SCHEME);
        }
        if (uri.isOpaque() || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw wrong(uri, "it has a query or fragment, or no //");
        }
        String machine = uri.getRawAuthority();
        if (machine == null || !NAME.matcher(machine).matches()) {
            throw wrong(uri, "its machine may hold only a-z A-Z 0-9 . _ -");
        }
        return machine;
    }

    static IllegalArgumentException wrong(URI uri, String why) {
        return new IllegalArgumentException(uri + " is not ferrite://MACHINE/SCHEME/REST: " + why);
    }
}
