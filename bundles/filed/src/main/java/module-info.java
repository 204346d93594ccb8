/// Serves files of the host as `file:`, through the host's io_uring where it has one. The one plug-in with native access.
module ferrite.filed {
    requires ferrite.spi;
    requires jakarta.inject;

    provides ferrite.spi.driver.DriverProvider with
            ferrite.filed.FiledProvider;
}
