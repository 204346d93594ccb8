package ferrite.driver.xhcid;

import ferrite.hw.usb.UsbDescriptor;
import java.util.List;

/// What `lsusb` and `lsusb -t` print. As in Linux, a controller is two buses: USB 2 ports and SuperSpeed ports.
final class LsusbText {
    private static final int BUS_USB2 = 1;
    private static final int BUS_USB3 = 2;

    private LsusbText() {}

    /// `46f4:0001`.
    static String id(UsbDescriptor.Device device) {
        return "%04x:%04x".formatted(device.vendor(), device.product());
    }

    /// `Bus 002 Device 002: ID 46f4:0001 QEMU QEMU USB HARDDRIVE`, one line a device. The device number is the slot,
    /// counted from 2, because 1 is the root hub.
    static String summary(List<RootHubPort> ports) {
        StringBuilder text = new StringBuilder();
        for (RootHubPort port : ports) {
            port.device()
                    .ifPresent(device -> device.info()
                            .ifPresent(info -> text.append("Bus %03d Device %03d: ID %s"
                                            .formatted(
                                                    port.isSuperSpeed() ? BUS_USB3 : BUS_USB2,
                                                    device.slot() + 1,
                                                    id(info.device())))
                                    .append(info.maker().isEmpty() ? "" : ' ' + info.maker())
                                    .append(info.product().isEmpty() ? "" : ' ' + info.product())
                                    .append('\n')));
        }
        return text.toString();
    }

    /// Root hubs with the interfaces behind them.
    static String tree(List<RootHubPort> ports, ClassDriverTable drivers) {
        return bus(ports, drivers, true) + bus(ports, drivers, false);
    }

    private static String bus(List<RootHubPort> ports, ClassDriverTable drivers, boolean superSpeed) {
        List<RootHubPort> own =
                ports.stream().filter(port -> port.isSuperSpeed() == superSpeed).toList();
        if (own.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder("/:  Bus %03d.Port 001: Dev 001, Class=root_hub, Driver=xhcid/%dp, %s\n"
                .formatted(superSpeed ? BUS_USB3 : BUS_USB2, own.size(), superSpeed ? "5000M" : "480M"));
        for (int i = 0; i < own.size(); i++) {
            int place = i + 1;
            own.get(i).device().ifPresent(device -> text.append(interfaces(device, place, drivers)));
        }
        return text.toString();
    }

    private static String interfaces(DeviceSlot device, int place, ClassDriverTable drivers) {
        StringBuilder text = new StringBuilder();
        device.info()
                .flatMap(info -> info.configurations().stream().findFirst())
                .ifPresent(configuration -> {
                    for (UsbConfiguration.Alternate each : configuration.defaults()) {
                        text.append("    |__ Port %03d: Dev %03d, If %d, Class=%s, Driver=%s, %s\n"
                                .formatted(
                                        place,
                                        device.slot() + 1,
                                        each.header().number(),
                                        className(each.header().usbClass().base()),
                                        drivers.driverOf(each.header().usbClass())
                                                .map(ClassDriverTable.Entry::plugin)
                                                .orElse("[none]"),
                                        device.speed()));
                    }
                });
        return text.toString();
    }

    private static String className(int base) {
        return switch (base) {
            case 0x01 -> "Audio";
            case 0x02 -> "Communications";
            case 0x03 -> "Human Interface Device";
            case 0x06 -> "Imaging";
            case 0x07 -> "Printer";
            case 0x08 -> "Mass Storage";
            case 0x09 -> "Hub";
            case 0x0A -> "CDC Data";
            case 0x0B -> "Chip/SmartCard";
            case 0x0E -> "Video";
            case 0xE0 -> "Wireless";
            case 0xEF -> "Miscellaneous Device";
            case 0xFE -> "Application Specific Interface";
            case 0xFF -> "Vendor Specific Class";
            default -> "[unknown]";
        };
    }
}
