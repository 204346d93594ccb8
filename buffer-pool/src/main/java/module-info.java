/// The one allocator of shared memory: regions, pools, guards, views that can be lost, and device address maps.
///
/// The only module with native access: `--enable-native-access=ferrite.buffer`.
module ferrite.buffer {
    requires transitive ferrite.spi;

    exports ferrite.buffer;
}
