/// The driver of SCSI disks behind USB: mass storage class, bulk-only transport.
module ferrite.driver.usbscsid {
    requires ferrite.hw;
    requires ferrite.spi;
    requires jakarta.inject;

    provides ferrite.spi.driver.DriverProvider with
            ferrite.driver.usbscsid.UsbscsidProvider;
}
