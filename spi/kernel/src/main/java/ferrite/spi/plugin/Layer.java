package ferrite.spi.plugin;

/// Height in the stack. A context may open and connect only to lower layers (and to the kernel's own schemes):
/// so no cycle of waiting contexts can form. Opening upward or sideways answers EDEADLK.
public enum Layer {
    /// What the host lends to everybody: `filed`.
    HOST(0),
    /// A device at the end of a bus: `usb-stick`.
    PERIPHERAL(1),
    /// A device that masters a bus of its own: `xhci-controller`.
    CONTROLLER(2),
    /// The way from the driver side to the devices: `pci-host-bridge`.
    BRIDGE(3),
    /// A driver that enumerates: `pcid`.
    BUS_DRIVER(4),
    /// A driver of a controller: `xhcid`.
    CONTROLLER_DRIVER(5),
    /// A driver of what hangs behind a controller: `usbscsid`.
    CLASS_DRIVER(6),
    /// Serves nobody below.
    APPLICATION(7);

    private final int height;

    Layer(int height) {
        this.height = height;
    }

    /// The larger, the higher; 0 and up.
    public int height() {
        return height;
    }
}
