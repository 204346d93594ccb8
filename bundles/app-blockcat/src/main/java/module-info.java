/// The smallest useful app: the checksum of the beginning of a disk, as a file.
module ferrite.app.blockcat {
    requires ferrite.spi;
    requires jakarta.inject;

    provides ferrite.spi.driver.DriverProvider with
            ferrite.app.blockcat.BlockcatProvider;
}
