/// The asking side of rings as a library: a reactor with futures, blocking calls and callbacks, and schemes as
/// `java.nio.file` file systems.
module ferrite.client {
    requires transitive ferrite.spi;
    requires static transitive org.jspecify;

    exports ferrite.client;
    exports ferrite.client.file;

    provides java.nio.file.spi.FileSystemProvider with
            ferrite.client.file.FerriteFileSystemProvider;
}
