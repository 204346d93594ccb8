package ferrite.filed.host;

import ferrite.spi.error.SchemeException;
import java.nio.file.Path;
import java.util.Optional;

/// Names below one folder of the host, and none outside of it.
///
/// Paths are relative, parts separated by `/`; leading slashes mean the folder itself. A path or a link in it that leads
/// out of the folder, by `..` or because it is absolute, is EACCES, wherever it would arrive. Everything that is
/// neither a regular file nor a directory is EACCES and is not opened, because opening a device may change it. All
/// methods may block; they keep no state, so any thread may call them.
///
/// Errors of all of them: ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG, EACCES, EINVAL (a zero byte), EIO.
public interface HostFolder {

    /// The folder, by the means of this host.
    ///
    /// @param root empty for none: then there are only exports
    /// @param channels whether files need a [HostFile#channel]
    /// @throws SchemeException ENOENT or ENOTDIR if the root is not a directory
    static HostFolder open(Optional<Path> root, boolean channels) {
        return LinuxFolder.isUsable() ? LinuxFolder.open(root, channels) : new NioFolder(root);
    }

    /// Whether files here have the host's descriptors, which [UringIo] needs.
    static boolean hasDescriptors() {
        return LinuxFolder.isUsable();
    }

    /// Opens or makes a file or directory.
    ///
    /// @throws SchemeException also EEXIST, EISDIR (a directory for writing), EADDRINUSE (locked by another)
    HostFile open(String path, OpenMode mode);

    /// Opens a file anywhere on the host that the configuration names. Links in it are followed, nothing is made.
    ///
    /// @param name under which it is served
    HostFile openExport(String name, Path file, OpenMode mode);

    /// The file that a predecessor had open.
    ///
    /// @param name as it was opened
    /// @param export of that name; empty for a file below the folder
    /// @throws SchemeException EBADMSG if the descriptor is not of that file
    HostFile adopt(HostFile.Saved saved, String name, Optional<Path> export, OpenMode mode);

    /// Removes a file, or an empty directory.
    ///
    /// @throws SchemeException also EISDIR, ENOTEMPTY
    void remove(String path, boolean directory);

    /// Gives a file another name in the folder, in place of what had it.
    void rename(String from, String to);

    /// Ends the folder; open files stay.
    void close();
}
