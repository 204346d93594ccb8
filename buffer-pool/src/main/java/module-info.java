/// The one allocator of shared memory: regions, pools, guards, views that can be lost, and device address maps.
///
/// Has native access (`--enable-native-access=ferrite.buffer`), and gives it to plug-ins that the runtime names.
module ferrite.buffer {
    requires transitive ferrite.spi;

    exports ferrite.buffer;
    exports ferrite.buffer.raw to
            ferrite.runtime;
}
