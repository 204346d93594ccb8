package ferrite.device.usbstick;

import ferrite.hw.Octets;
import ferrite.hw.usb.EndpointAddress;
import ferrite.hw.usb.TransferType;
import ferrite.hw.usb.UsbClass;
import ferrite.hw.usb.UsbDescriptor;
import ferrite.hw.usb.UsbSpeed;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The USB descriptors of the stick, made once (USB 2.0 §9.6, USB 3.2 §9.6).
final class Descriptors {
    /// pid.codes test id: not to be shipped in hardware.
    static final int VENDOR = 0x1209;
    static final int PRODUCT = 0x0001;
    static final int DEVICE_RELEASE = 0x0100;
    /// The one configuration.
    static final int CONFIGURATION = 1;

    private static final int STRING_VENDOR = 1;
    private static final int STRING_MODEL = 2;
    private static final int STRING_SERIAL = 3;
    private static final int USB_3_0 = 0x0300;
    private static final int USB_2_0 = 0x0200;
    /// Super speed: log2 of 512 bytes.
    private static final int PACKET_SIZE_0_SUPER = 9;
    private static final int PACKET_SIZE_0_HIGH = 64;
    private static final int BULK_PACKET_SUPER = 1024;
    private static final int BULK_PACKET_HIGH = 512;
    private static final int BULK_PACKET_FULL = 64;
    /// Packets in one burst - 1.
    private static final int MAX_BURST = 15;
    /// 504 mA in units of 8 mA.
    private static final int POWER_SUPER = 63;
    /// 500 mA in units of 2 mA.
    private static final int POWER_HIGH = 250;

    private static final int TYPE_OTHER_SPEED_CONFIGURATION = 7;
    private static final int CAPABILITY_USB_2_EXTENSION = 2;
    private static final int CAPABILITY_SUPERSPEED = 3;

    private final boolean superSpeed;
    private final byte[] device;
    private final byte[] configuration;
    private final byte[] bos;
    private final byte[] qualifier;
    private final byte[] otherSpeed;
    private final List<byte[]> strings;

    Descriptors(StickSettings settings) {
        superSpeed = settings.speed() == UsbSpeed.SUPER;
        device = bytes(List.of(device()));
        configuration = configuration(superSpeed ? BULK_PACKET_SUPER : BULK_PACKET_HIGH);
        bos = bytes(bos());
        qualifier = bytes(List.of(qualifier()));
        otherSpeed = configuration(BULK_PACKET_FULL);
        otherSpeed[1] = TYPE_OTHER_SPEED_CONFIGURATION;
        strings = List.of(
                bytes(List.of(new UsbDescriptor.StringTable(List.of(UsbDescriptor.StringTable.ENGLISH_US)))),
                bytes(List.of(new UsbDescriptor.StringText(settings.identity().vendor()))),
                bytes(List.of(new UsbDescriptor.StringText(settings.identity().model()))),
                bytes(List.of(new UsbDescriptor.StringText(settings.identity().serial()))));
    }

    /// What GET_DESCRIPTOR answers before it is cut to the wanted length; empty if the stick has no such descriptor.
    Optional<MemorySegment> find(int type, int index) {
        byte[] found = switch (type) {
            case UsbDescriptor.TYPE_STRING -> index < strings.size() ? strings.get(index) : new byte[0];
            case UsbDescriptor.TYPE_DEVICE -> index == 0 ? device : new byte[0];
            case UsbDescriptor.TYPE_CONFIGURATION -> index == 0 ? configuration : new byte[0];
            case UsbDescriptor.TYPE_BOS -> superSpeed ? bos : new byte[0];
            case UsbDescriptor.TYPE_DEVICE_QUALIFIER -> superSpeed ? new byte[0] : qualifier;
            case TYPE_OTHER_SPEED_CONFIGURATION -> superSpeed ? new byte[0] : otherSpeed;
            default -> new byte[0];
        };
        return found.length == 0 ? Optional.empty() : Optional.of(MemorySegment.ofArray(found));
    }

    private UsbDescriptor device() {
        return new UsbDescriptor.Device(
                superSpeed ? USB_3_0 : USB_2_0,
                UsbClass.PER_INTERFACE,
                superSpeed ? PACKET_SIZE_0_SUPER : PACKET_SIZE_0_HIGH,
                VENDOR,
                PRODUCT,
                DEVICE_RELEASE,
                new UsbDescriptor.DeviceStrings(STRING_VENDOR, STRING_MODEL, STRING_SERIAL),
                1);
    }

    private byte[] configuration(int packetBytes) {
        List<UsbDescriptor> rest = new ArrayList<>();
        rest.add(new UsbDescriptor.Interface(0, 0, 2, UsbClass.BULK_ONLY_STORAGE, 0));
        addEndpoint(rest, new EndpointAddress(BulkPipes.IN_ENDPOINT, true), packetBytes);
        addEndpoint(rest, new EndpointAddress(BulkPipes.OUT_ENDPOINT, false), packetBytes);
        int total = UsbDescriptor.Configuration.BYTES;
        for (UsbDescriptor descriptor : rest) {
            total += descriptor.bytes();
        }
        rest.addFirst(new UsbDescriptor.Configuration(
                total,
                1,
                CONFIGURATION,
                0,
                UsbDescriptor.Configuration.ATTRIBUTE_RESERVED_ONE,
                superSpeed ? POWER_SUPER : POWER_HIGH));
        return bytes(rest);
    }

    private void addEndpoint(List<UsbDescriptor> list, EndpointAddress address, int packetBytes) {
        list.add(new UsbDescriptor.Endpoint(address, TransferType.BULK.code(), packetBytes, 0));
        if (superSpeed) {
            list.add(new UsbDescriptor.SuperSpeedEndpointCompanion(MAX_BURST, 0, 0));
        }
    }

    /// The store of a SuperSpeed device holds at least these two capabilities, USB 3.2 §9.6.2.
    private static List<UsbDescriptor> bos() {
        UsbDescriptor extension = capability(CAPABILITY_USB_2_EXTENSION, 0x02, 0, 0, 0); // bit 1: LPM
        UsbDescriptor speeds = capability(
                CAPABILITY_SUPERSPEED,
                0, // no latency tolerance messages
                0x0E,
                0, // full, high and super speed
                1, // all functions from full speed on
                10, // U1 exit latency, µs
                0xFF,
                0x07); // U2 exit latency 2047 µs
        int total = UsbDescriptor.Bos.BYTES + extension.bytes() + speeds.bytes();
        return List.of(new UsbDescriptor.Bos(total, 2), extension, speeds);
    }

    private static UsbDescriptor capability(int type, int... values) {
        byte[] body = new byte[1 + values.length];
        body[0] = (byte) type;
        for (int i = 0; i < values.length; i++) {
            body[1 + i] = (byte) values[i];
        }
        return new UsbDescriptor.Unknown(UsbDescriptor.TYPE_DEVICE_CAPABILITY, Octets.of(body));
    }

    /// What would differ at full speed, USB 2.0 §9.6.2.
    private static UsbDescriptor qualifier() {
        byte[] body = {
            (byte) USB_2_0, (byte) (USB_2_0 >>> 8), 0, 0, 0, (byte) PACKET_SIZE_0_HIGH, 1, 0,
        };
        return new UsbDescriptor.Unknown(UsbDescriptor.TYPE_DEVICE_QUALIFIER, Octets.of(body));
    }

    private static byte[] bytes(List<UsbDescriptor> descriptors) {
        int total = 0;
        for (UsbDescriptor descriptor : descriptors) {
            total += descriptor.bytes();
        }
        byte[] bytes = new byte[total];
        int at = 0;
        for (UsbDescriptor descriptor : descriptors) {
            descriptor.encode(MemorySegment.ofArray(bytes), at);
            at += descriptor.bytes();
        }
        return bytes;
    }
}
