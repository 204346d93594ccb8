package ferrite.client.file;

import ferrite.spi.scheme.OpenFlags;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/// What open options ask for.
///
/// @param read whether bytes are read
/// @param write whether bytes are written
/// @param append whether each write goes to the end
/// @param flags [OpenFlags]
/// @param sync whether each write is made durable before it returns
/// @param deleteOnClose whether the file goes with the channel
record OpenWishes(boolean read, boolean write, boolean append, long flags, boolean sync, boolean deleteOnClose) {

    /// @throws UnsupportedOperationException for an option that is not a standard one
    /// @throws IllegalArgumentException for options that contradict each other
    static OpenWishes of(Set<? extends OpenOption> options) {
        for (OpenOption option : options) {
            if (!(option instanceof StandardOpenOption) && option != LinkOption.NOFOLLOW_LINKS) {
                throw new UnsupportedOperationException("open option " + option);
            }
        }
        boolean append = options.contains(StandardOpenOption.APPEND);
        boolean write = append || options.contains(StandardOpenOption.WRITE);
        boolean read = !write || options.contains(StandardOpenOption.READ);
        boolean truncate = options.contains(StandardOpenOption.TRUNCATE_EXISTING);
        if (append && (truncate || options.contains(StandardOpenOption.READ))) {
            throw new IllegalArgumentException("APPEND goes neither with READ nor with TRUNCATE_EXISTING");
        }
        long flags = (read ? OpenFlags.RDONLY : 0) | (write ? OpenFlags.WRONLY : 0);
        if (write) {
            boolean createNew = options.contains(StandardOpenOption.CREATE_NEW);
            boolean create = createNew || options.contains(StandardOpenOption.CREATE);
            flags |= (create ? OpenFlags.CREAT : 0)
                    | (createNew ? OpenFlags.EXCL : 0)
                    | (truncate && !createNew ? OpenFlags.TRUNC : 0)
                    | (append ? OpenFlags.APPEND : 0);
        }
        return new OpenWishes(
                read,
                write,
                append,
                flags,
                options.contains(StandardOpenOption.SYNC) || options.contains(StandardOpenOption.DSYNC),
                options.contains(StandardOpenOption.DELETE_ON_CLOSE));
    }
}
