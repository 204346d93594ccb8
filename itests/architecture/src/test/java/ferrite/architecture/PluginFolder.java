package ferrite.architecture;

/// What a plug-in's folder says of it: `bundles/xhcid` is the driver `ferrite.driver.xhcid`, `bundles/app-blockcat` the
/// app `ferrite.app.blockcat`, `hardware-bundles/usb-stick` the device `ferrite.device.usbstick`. `bundles/filed` drives no
/// hardware but the host, and is `ferrite.filed`.
///
/// @param path of the folder
record PluginFolder(String path) {
    private static final String APP = "app-";
    private static final String HOST = "bundles/filed";

    /// The plug-in's name: the folder's own.
    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    boolean isDevice() {
        return path.startsWith("hardware-bundles/");
    }

    boolean isApp() {
        return !isDevice() && name().startsWith(APP);
    }

    /// The name of its module, its bundle and its package.
    String module() {
        if (isApp()) {
            return "ferrite.app." + name().substring(APP.length()).replace("-", "");
        }
        if (path.equals(HOST)) {
            return "ferrite.filed";
        }
        return (isDevice() ? "ferrite.device." : "ferrite.driver.") + name().replace("-", "");
    }

    /// The service by which it presents itself.
    String service() {
        return isDevice() ? "ferrite.spi.device.DeviceProvider" : "ferrite.spi.driver.DriverProvider";
    }
}
