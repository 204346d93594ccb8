package ferrite.driver.xhcid;

import ferrite.hw.usb.UsbDescriptor;
import java.util.List;
import java.util.stream.Collectors;

/// The descriptors of a device as JSON, with Redox's keys.
final class DescriptorJson {
    private DescriptorJson() {}

    static String of(DeviceInfo info) {
        UsbDescriptor.Device device = info.device();
        return "{\"kind\":1,\"usb\":%d,\"class\":%d,\"sub_class\":%d,\"protocol\":%d,\"packet_size\":%d,"
                        .formatted(
                                device.usbRelease(),
                                device.usbClass().base(),
                                device.usbClass().sub(),
                                device.usbClass().protocol(),
                                device.packetSize0())
                + "\"vendor\":%d,\"product\":%d,\"release\":%d,"
                        .formatted(device.vendor(), device.product(), device.deviceRelease())
                + "\"manufacturer_str\":%s,\"product_str\":%s,\"serial_str\":%s,"
                        .formatted(
                                quoted(info.texts().get(0)),
                                quoted(info.texts().get(1)),
                                quoted(info.texts().get(2)))
                + "\"config_descs\":"
                + array(info.configurations().stream().map(DescriptorJson::of).toList())
                + "}\n";
    }

    private static String of(UsbConfiguration configuration) {
        UsbDescriptor.Configuration header = configuration.header();
        return "{\"kind\":2,\"configuration_value\":%d,\"configuration\":%d,\"attributes\":%d,\"max_power\":%d,"
                        .formatted(header.value(), header.string(), header.attributes(), header.maxPower())
                + "\"interface_descs\":"
                + array(configuration.interfaces().stream()
                        .map(DescriptorJson::of)
                        .toList())
                + '}';
    }

    private static String of(UsbConfiguration.Alternate alternate) {
        UsbDescriptor.Interface header = alternate.header();
        return "{\"kind\":4,\"number\":%d,\"alternate_setting\":%d,\"class\":%d,\"sub_class\":%d,\"protocol\":%d,"
                        .formatted(
                                header.number(),
                                header.alternate(),
                                header.usbClass().base(),
                                header.usbClass().sub(),
                                header.usbClass().protocol())
                + "\"endpoints\":"
                + array(alternate.endpoints().stream().map(DescriptorJson::of).toList())
                + '}';
    }

    private static String of(UsbConfiguration.EndpointEntry entry) {
        UsbDescriptor.Endpoint header = entry.header();
        return "{\"kind\":5,\"address\":%d,\"attributes\":%d,\"max_packet_size\":%d,\"interval\":%d,\"max_burst\":%d}"
                .formatted(
                        header.address().bits(),
                        header.attributes(),
                        header.maxPacketSize(),
                        header.interval(),
                        entry.companion().maxBurst());
    }

    private static String array(List<String> elements) {
        return elements.stream().collect(Collectors.joining(",", "[", "]"));
    }

    /// A JSON string; the text has no control characters.
    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
