package ferrite.client.file;

import ferrite.spi.scheme.Stat;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// What a scheme tells of a file. Schemes tell no times, so all are 1970; a file is known by its path.
///
/// @param path absolute and normal
/// @param stat as the scheme tells it
record SchemeAttributes(String path, Stat stat) implements BasicFileAttributes {
    private static final FileTime NEVER = FileTime.fromMillis(0);

    @Override
    public FileTime lastModifiedTime() {
        return NEVER;
    }

    @Override
    public FileTime lastAccessTime() {
        return NEVER;
    }

    @Override
    public FileTime creationTime() {
        return NEVER;
    }

    @Override
    public boolean isRegularFile() {
        return stat.mode() == Stat.MODE_FILE;
    }

    @Override
    public boolean isDirectory() {
        return stat.isDirectory();
    }

    @Override
    public boolean isSymbolicLink() {
        return false;
    }

    @Override
    public boolean isOther() {
        return !isRegularFile() && !isDirectory();
    }

    @Override
    public long size() {
        return stat.size();
    }

    @Override
    public Object fileKey() {
        return path;
    }

    /// `basic:…` or `ferrite:…`, which has `blockSize` and `mode` too.
    ///
    /// @throws UnsupportedOperationException for another view
    /// @throws IllegalArgumentException for a name that the view does not have
    Map<String, Object> named(String attributes) {
        int colon = attributes.indexOf(':');
        String view = colon < 0 ? "basic" : attributes.substring(0, colon);
        if (!view.equals("basic") && !view.equals("ferrite")) {
            throw new UnsupportedOperationException("attribute view " + view);
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("lastModifiedTime", NEVER);
        all.put("lastAccessTime", NEVER);
        all.put("creationTime", NEVER);
        all.put("size", size());
        all.put("isRegularFile", isRegularFile());
        all.put("isDirectory", isDirectory());
        all.put("isSymbolicLink", isSymbolicLink());
        all.put("isOther", isOther());
        all.put("fileKey", fileKey());
        if (view.equals("ferrite")) {
            all.put("blockSize", stat.blockSize());
            all.put("mode", stat.mode());
        }
        Set<String> wanted = Set.of(attributes.substring(colon + 1).split(","));
        if (wanted.contains("*")) {
            return all;
        }
        for (String name : wanted) {
            if (!all.containsKey(name)) {
                throw new IllegalArgumentException("view " + view + " has no attribute \"" + name + '"');
            }
        }
        all.keySet().retainAll(wanted);
        return all;
    }
}
