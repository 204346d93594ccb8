package ferrite.client.file;

/// Opens contexts of a machine: what a machine is mounted with ([FerriteFileSystemProvider#SESSIONS]). Called from any
/// thread.
@FunctionalInterface
public interface Sessions {
    /// A new context, which the file system closes.
    ///
    /// @throws ferrite.spi.error.SchemeException if the machine gives no more
    Session open();
}
