/// What an application, a driver, a device and the kernel agree on: ring entries, errors, schemes, buffers, contexts and
/// the plug-in life cycle. No behaviour beyond codecs and value checks.
module ferrite.spi {
    requires static transitive org.jspecify;

    exports ferrite.spi.buffer;
    exports ferrite.spi.context;
    exports ferrite.spi.device;
    exports ferrite.spi.driver;
    exports ferrite.spi.error;
    exports ferrite.spi.plugin;
    exports ferrite.spi.ring;
    exports ferrite.spi.scheme;
}
