/// The PCI bus driver: finds functions, gives them addresses, and starts their drivers.
module ferrite.driver.pcid {
    requires ferrite.hw;
    requires ferrite.spi;
    requires jakarta.inject;

    provides ferrite.spi.driver.DriverProvider with
            ferrite.driver.pcid.PcidProvider;
}
