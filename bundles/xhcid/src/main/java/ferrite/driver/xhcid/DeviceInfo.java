package ferrite.driver.xhcid;

import ferrite.hw.Octets;
import ferrite.hw.usb.UsbDescriptor;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a device said about itself when it was plugged in.
///
/// @param deviceBytes the device descriptor, 18 bytes
/// @param configurationBytes all descriptors of each configuration
/// @param device the device descriptor
/// @param configurations those of the configurations that make sense
/// @param texts maker, product, serial number; empty where the device has none
record DeviceInfo(
        Octets deviceBytes,
        List<Octets> configurationBytes,
        UsbDescriptor.Device device,
        List<UsbConfiguration> configurations,
        List<String> texts) {
    /// Texts: maker, product, serial number.
    static final int TEXTS = 3;

    DeviceInfo {
        configurationBytes = List.copyOf(configurationBytes);
        configurations = List.copyOf(configurations);
        texts = List.copyOf(texts);
    }

    /// Parses the bytes; empty if the first are no device descriptor.
    static Optional<DeviceInfo> of(Octets deviceBytes, List<Octets> configurationBytes, List<String> texts) {
        UsbDescriptor first = UsbDescriptor.decode(MemorySegment.ofArray(deviceBytes.toArray()), 0, deviceBytes.size());
        if (!(first instanceof UsbDescriptor.Device device) || texts.size() != TEXTS) {
            return Optional.empty();
        }
        List<UsbConfiguration> configurations = new ArrayList<>();
        configurationBytes.forEach(
                bytes -> UsbConfiguration.parse(bytes.toArray()).ifPresent(configurations::add));
        return Optional.of(new DeviceInfo(deviceBytes, configurationBytes, device, configurations, texts));
    }

    /// The configuration that SET_CONFIGURATION selects with this value.
    Optional<UsbConfiguration> configuration(int value) {
        return configurations.stream()
                .filter(each -> each.header().value() == value)
                .findFirst();
    }

    String maker() {
        return texts.get(0);
    }

    String product() {
        return texts.get(1);
    }

    /// The device descriptor, then the whole of each configuration: `descriptors.bin`.
    byte[] allBytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(deviceBytes.toArray());
        configurationBytes.forEach(bytes -> all.writeBytes(bytes.toArray()));
        return all.toByteArray();
    }
}
