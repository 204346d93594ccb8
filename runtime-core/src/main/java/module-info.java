/// The microkernel: rings, contexts, schemes, and the host that runs plug-ins in an OSGi container or without one.
module ferrite.runtime {
    requires transitive ferrite.spi;
    requires ferrite.buffer;
    requires com.google.guice;
    requires info.picocli;
    requires jakarta.inject;
    requires java.logging;
    requires org.apache.felix.framework;
    requires org.tomlj;
    requires static org.jspecify;

    exports ferrite.runtime;
    exports ferrite.runtime.boot;

    uses ferrite.spi.device.DeviceProvider;
    uses ferrite.spi.driver.DriverProvider;
    uses org.osgi.framework.connect.ConnectFrameworkFactory;

    provides org.osgi.framework.connect.FrameworkUtilHelper with
            ferrite.runtime.plugin.BundleLookup;
}
