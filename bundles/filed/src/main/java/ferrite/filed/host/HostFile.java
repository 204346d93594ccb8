package ferrite.filed.host;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.nio.channels.FileChannel;
import java.util.List;

/// An open file or directory of the host.
///
/// Counted: each descriptor of a client and each transfer in flight is a holder; the last one to let go closes it.
/// The count belongs to the plug-in's token. Methods that may block say so.
public abstract sealed class HostFile permits LinuxFile, NioFile, NoFolder {
    private String path;
    private final boolean directory;
    private int holders = 1;

    HostFile(String path, boolean directory) {
        this.path = path;
        this.directory = directory;
    }

    /// Its name without the scheme.
    public final String path() {
        return path;
    }

    /// It has another name.
    public final void renamed(String to) {
        path = to;
    }

    /// Whether it lists names.
    public final boolean isDirectory() {
        return directory;
    }

    /// One holder more.
    public final HostFile retain() {
        holders++;
        return this;
    }

    /// One holder less; the last one closes it, which gives up its lock.
    public final void release() {
        if (--holders == 0) {
            close();
        }
    }

    /// The host's descriptor.
    ///
    /// @throws SchemeException EBADF if the file is not one of a descriptor
    public abstract int fd();

    /// For [ChannelIo].
    ///
    /// @throws SchemeException EBADF if it was opened without one
    public abstract FileChannel channel();

    /// Bytes. Asks the host, which has the answer in memory.
    ///
    /// @throws SchemeException as the host answers
    public abstract long size();

    /// Cuts or grows it. May block.
    ///
    /// @throws SchemeException as the host answers
    public abstract void truncate(long size);

    /// Makes it durable. May block.
    ///
    /// @throws SchemeException as the host answers
    public abstract void sync();

    /// The names in a directory that can be opened, in no order. May block.
    ///
    /// @throws SchemeException as the host answers
    public abstract List<String> names();

    /// What a successor needs to have the same file.
    public abstract Saved save();

    /// The instance goes and its successor has the file: closes what was this instance's own.
    public abstract void leave();

    /// Closes it.
    abstract void close();

    /// A file on its way to a successor.
    ///
    /// @param fd the host's descriptor, which stays open; −1 if the file is to be opened again
    /// @param device of the file, to know it again
    /// @param inode of the file, to know it again
    public record Saved(int fd, long device, long inode) {
        /// To be opened again.
        static final Saved BY_NAME = new Saved(-1, 0, 0);
    }

    static SchemeException closed(String path) {
        return new SchemeException(Errno.EBADF, path + " has no bytes that could be moved");
    }
}
