/// The driver of xHCI USB host controllers.
module ferrite.driver.xhcid {
    requires ferrite.hw;
    requires ferrite.spi;
    requires jakarta.inject;

    provides ferrite.spi.driver.DriverProvider with
            ferrite.driver.xhcid.XhcidProvider;
}
