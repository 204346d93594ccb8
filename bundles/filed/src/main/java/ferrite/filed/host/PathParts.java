package ferrite.filed.host;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;

/// A path below a folder, split before its last part.
///
/// @param folder everything before the last part; `.` if there is nothing
/// @param leaf the last part; never empty, `.` or `..`
record PathParts(String folder, String leaf) {

    /// Without leading slashes; `.` for the folder itself.
    ///
    /// @throws SchemeException EINVAL for a zero byte, which would end the name for the host
    static String relative(String path) {
        if (path.indexOf('\0') >= 0) {
            throw new SchemeException(Errno.EINVAL, "path with a zero byte");
        }
        int from = 0;
        while (from < path.length() && path.charAt(from) == '/') {
            from++;
        }
        return from == path.length() ? "." : path.substring(from);
    }

    /// Splits a path that names something to make or remove.
    ///
    /// @throws SchemeException EINVAL for one that names the folder itself or ends in `.` or `..`
    static PathParts of(String path) {
        String relative = relative(path);
        int end = relative.length();
        while (end > 0 && relative.charAt(end - 1) == '/') {
            end--;
        }
        int slash = relative.lastIndexOf('/', end - 1);
        String leaf = relative.substring(slash + 1, end);
        if (leaf.isEmpty() || leaf.equals(".") || leaf.equals("..")) {
            throw new SchemeException(Errno.EINVAL, "path \"" + path + "\" has no name at its end");
        }
        return new PathParts(slash < 0 ? "." : relative.substring(0, slash), leaf);
    }
}
