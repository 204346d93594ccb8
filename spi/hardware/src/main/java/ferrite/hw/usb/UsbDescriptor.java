package ferrite.hw.usb;

import ferrite.hw.Octets;
import ferrite.hw.order.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// What a device says about itself, little-endian (USB 2.0 §9.6, USB 3.x §9.6). Every descriptor starts with
/// its length (byte 0, this one included) and its type (byte 1).
///
/// A descriptor longer than its fixed part keeps only the fixed part; one that is shorter, or runs past the
/// end of the data, is `Unknown`.
public sealed interface UsbDescriptor {
    /// Bytes of length and type.
    int HEADER_BYTES = 2;
    /// Longest descriptor, bytes.
    int BYTES_MAX = 255;

    /// Descriptor type (USB 2.0 table 9-5).
    int TYPE_DEVICE = 1;
    /// Descriptor type.
    int TYPE_CONFIGURATION = 2;
    /// Descriptor type.
    int TYPE_STRING = 3;
    /// Descriptor type.
    int TYPE_INTERFACE = 4;
    /// Descriptor type.
    int TYPE_ENDPOINT = 5;
    /// Descriptor type; decoded as `Unknown`.
    int TYPE_DEVICE_QUALIFIER = 6;
    /// Descriptor type; decoded as `Unknown`.
    int TYPE_INTERFACE_ASSOCIATION = 11;
    /// Descriptor type (USB 3.x table 9-6).
    int TYPE_BOS = 15;
    /// Descriptor type; decoded as `Unknown`.
    int TYPE_DEVICE_CAPABILITY = 16;
    /// Descriptor type.
    int TYPE_SUPERSPEED_ENDPOINT_COMPANION = 48;

    /// Device, USB 2.0 §9.6.1: 18 bytes.
    ///
    /// | offset | bytes | field       | offset | bytes | field              |
    /// |-------:|------:|-------------|-------:|------:|--------------------|
    /// |      2 |     2 | usbRelease  |     10 |     2 | product            |
    /// |      4 |     3 | usbClass    |     12 |     2 | deviceRelease      |
    /// |      7 |     1 | packetSize0 |     14 |     3 | strings            |
    /// |      8 |     2 | vendor      |     17 |     1 | configurationCount |
    ///
    /// @param usbRelease binary-coded decimal, 0x0300 = 3.00
    /// @param usbClass class, or [UsbClass#PER_INTERFACE]
    /// @param packetSize0 bytes; from USB 3.0 on log2 of bytes
    /// @param vendor 0..65535
    /// @param product 0..65535
    /// @param deviceRelease binary-coded decimal
    /// @param strings indexes of the strings
    /// @param configurationCount 0..255
    record Device(
            int usbRelease,
            UsbClass usbClass,
            int packetSize0,
            int vendor,
            int product,
            int deviceRelease,
            DeviceStrings strings,
            int configurationCount)
            implements UsbDescriptor {
        /// Bytes of the descriptor.
        public static final int BYTES = 18;

        /// {@return packet size of endpoint 0, bytes; 0 if the exponent is above 15}
        public int controlPacketBytes() {
            if (usbRelease < 0x0300) {
                return packetSize0;
            }
            return packetSize0 > 15 ? 0 : 1 << packetSize0;
        }
    }

    /// Indexes of the strings of a device; 0 = no string.
    ///
    /// @param manufacturer 0..255
    /// @param product 0..255
    /// @param serialNumber 0..255
    record DeviceStrings(int manufacturer, int product, int serialNumber) {
        /// No strings.
        public static final DeviceStrings NONE = new DeviceStrings(0, 0, 0);
    }

    /// Configuration, USB 2.0 §9.6.3: 9 bytes.
    ///
    /// @param totalLength bytes of this and all descriptors that follow for it
    /// @param interfaceCount 0..255
    /// @param value what SET_CONFIGURATION takes
    /// @param string index, 0 = none
    /// @param attributes bit 7 always 1, bit 6 self-powered, bit 5 remote wakeup
    /// @param maxPower units of 2 mA, of 8 mA at SuperSpeed
    record Configuration(int totalLength, int interfaceCount, int value, int string, int attributes, int maxPower)
            implements UsbDescriptor {
        /// Bytes of the descriptor.
        public static final int BYTES = 9;
        /// Attribute bit 7, always 1.
        public static final int ATTRIBUTE_RESERVED_ONE = 0x80;
        /// Attribute bit 6.
        public static final int ATTRIBUTE_SELF_POWERED = 0x40;
        /// Attribute bit 5.
        public static final int ATTRIBUTE_REMOTE_WAKEUP = 0x20;
    }

    /// Interface, USB 2.0 §9.6.5: 9 bytes.
    ///
    /// @param number 0..255
    /// @param alternate alternate setting, 0..255
    /// @param endpointCount without endpoint 0
    /// @param usbClass class, sub-class and protocol
    /// @param string index, 0 = none
    record Interface(int number, int alternate, int endpointCount, UsbClass usbClass, int string)
            implements UsbDescriptor {
        /// Bytes of the descriptor.
        public static final int BYTES = 9;
    }

    /// Endpoint, USB 2.0 §9.6.6: 7 bytes.
    ///
    /// @param address number and direction
    /// @param attributes bits 1:0 transfer type
    /// @param maxPacketSize 16 bits: bits 10:0 bytes, bits 12:11 more transactions per microframe
    /// @param interval unit by speed and transfer type
    record Endpoint(EndpointAddress address, int attributes, int maxPacketSize, int interval) implements UsbDescriptor {
        /// Bytes of the descriptor.
        public static final int BYTES = 7;

        /// {@return how the endpoint moves data}
        public TransferType transferType() {
            return TransferType.of(attributes);
        }

        /// {@return largest packet, bytes, 0..2047}
        public int maxPacketBytes() {
            return maxPacketSize & 0x7FF;
        }
    }

    /// SuperSpeed endpoint companion, USB 3.x §9.6.7: 6 bytes, follows the endpoint it completes.
    ///
    /// @param maxBurst packets in one burst - 1, 0..15
    /// @param attributes bulk: bits 4:0 log2 of streams; isochronous: bits 1:0 mult
    /// @param bytesPerInterval periodic endpoints only, 0..65535
    record SuperSpeedEndpointCompanion(int maxBurst, int attributes, int bytesPerInterval) implements UsbDescriptor {
        /// Bytes of the descriptor.
        public static final int BYTES = 6;
    }

    /// String with index 0, USB 2.0 §9.6.7: the languages of the others.
    ///
    /// @param languages language ids, 0..65535 each, at most 126
    record StringTable(List<Integer> languages) implements UsbDescriptor {
        /// Language id of English (United States).
        public static final int ENGLISH_US = 0x0409;

        /// Copies the list.
        ///
        /// @throws IllegalArgumentException if there are more languages than fit
        public StringTable {
            if (languages.size() > StringText.CHARS_MAX) {
                throw new IllegalArgumentException("languages " + languages.size() + " > " + StringText.CHARS_MAX);
            }
            languages = List.copyOf(languages);
        }
    }

    /// String with an index from 1 on, USB 2.0 §9.6.7: UTF-16LE without terminator.
    ///
    /// @param text at most 126 UTF-16 code units; unpaired surrogates are kept
    record StringText(String text) implements UsbDescriptor {
        /// Most UTF-16 code units.
        public static final int CHARS_MAX = 126;

        /// Checks the size.
        ///
        /// @throws IllegalArgumentException if `text` is too long
        public StringText {
            if (text.length() > CHARS_MAX) {
                throw new IllegalArgumentException("text " + text.length() + " > " + CHARS_MAX + " code units");
            }
        }
    }

    /// Binary device object store, USB 3.x §9.6.2: 5 bytes, device capabilities follow.
    ///
    /// @param totalLength bytes of this and the capabilities
    /// @param capabilityCount 0..255
    record Bos(int totalLength, int capabilityCount) implements UsbDescriptor {
        /// Bytes of the descriptor.
        public static final int BYTES = 5;
    }

    /// A type this codec does not know, or one whose length is wrong. Encode writes a good length, so what was
    /// malformed does not come back as it was.
    ///
    /// @param type 0..255; 0 if not even the type is there
    /// @param body bytes after the type, at most 253
    record Unknown(int type, Octets body) implements UsbDescriptor {
        /// Checks the size.
        ///
        /// @throws IllegalArgumentException if `body` is too long
        public Unknown {
            if (body.size() > BYTES_MAX - HEADER_BYTES) {
                throw new IllegalArgumentException("body " + body.size() + " > " + (BYTES_MAX - HEADER_BYTES));
            }
        }
    }

    /// {@return the descriptor at `at`; type 3 gives `StringText`, see [#decodeStringTable]}
    ///
    /// @param segment memory to read
    /// @param at offset of the length byte
    /// @param available bytes that may be read from `at` on
    static UsbDescriptor decode(MemorySegment segment, long at, long available) {
        if (available < HEADER_BYTES) {
            return new Unknown(0, Octets.EMPTY);
        }
        int length = LittleEndian.u8(segment, at);
        int type = LittleEndian.u8(segment, at + 1);
        if (length < fixedBytes(type) || length > available) {
            return unknown(segment, at, length < HEADER_BYTES ? available : Math.min(length, available));
        }
        long body = at + HEADER_BYTES;
        return switch (type) {
            case TYPE_DEVICE ->
                new Device(
                        LittleEndian.u16(segment, body),
                        decodeClass(segment, at + 4),
                        LittleEndian.u8(segment, at + 7),
                        LittleEndian.u16(segment, at + 8),
                        LittleEndian.u16(segment, at + 10),
                        LittleEndian.u16(segment, at + 12),
                        new DeviceStrings(
                                LittleEndian.u8(segment, at + 14),
                                LittleEndian.u8(segment, at + 15),
                                LittleEndian.u8(segment, at + 16)),
                        LittleEndian.u8(segment, at + 17));
            case TYPE_CONFIGURATION ->
                new Configuration(
                        LittleEndian.u16(segment, body),
                        LittleEndian.u8(segment, at + 4),
                        LittleEndian.u8(segment, at + 5),
                        LittleEndian.u8(segment, at + 6),
                        LittleEndian.u8(segment, at + 7),
                        LittleEndian.u8(segment, at + 8));
            case TYPE_STRING -> {
                char[] text = new char[(length - HEADER_BYTES) / 2];
                for (int i = 0; i < text.length; i++) {
                    text[i] = (char) LittleEndian.u16(segment, body + 2L * i);
                }
                yield new StringText(new String(text));
            }
            case TYPE_INTERFACE ->
                new Interface(
                        LittleEndian.u8(segment, body),
                        LittleEndian.u8(segment, at + 3),
                        LittleEndian.u8(segment, at + 4),
                        decodeClass(segment, at + 5),
                        LittleEndian.u8(segment, at + 8));
            case TYPE_ENDPOINT ->
                new Endpoint(
                        EndpointAddress.of(LittleEndian.u8(segment, body)),
                        LittleEndian.u8(segment, at + 3),
                        LittleEndian.u16(segment, at + 4),
                        LittleEndian.u8(segment, at + 6));
            case TYPE_BOS -> new Bos(LittleEndian.u16(segment, body), LittleEndian.u8(segment, at + 4));
            case TYPE_SUPERSPEED_ENDPOINT_COMPANION ->
                new SuperSpeedEndpointCompanion(
                        LittleEndian.u8(segment, body),
                        LittleEndian.u8(segment, at + 3),
                        LittleEndian.u16(segment, at + 4));
            default -> unknown(segment, at, length);
        };
    }

    private static int fixedBytes(int type) {
        return switch (type) {
            case TYPE_DEVICE -> Device.BYTES;
            case TYPE_CONFIGURATION -> Configuration.BYTES;
            case TYPE_INTERFACE -> Interface.BYTES;
            case TYPE_ENDPOINT -> Endpoint.BYTES;
            case TYPE_BOS -> Bos.BYTES;
            case TYPE_SUPERSPEED_ENDPOINT_COMPANION -> SuperSpeedEndpointCompanion.BYTES;
            default -> HEADER_BYTES;
        };
    }

    private static Unknown unknown(MemorySegment segment, long at, long bytes) {
        return new Unknown(
                LittleEndian.u8(segment, at + 1),
                Octets.copyOf(segment, at + HEADER_BYTES, Math.min(bytes, BYTES_MAX) - HEADER_BYTES));
    }

    private static UsbClass decodeClass(MemorySegment segment, long at) {
        return new UsbClass(
                LittleEndian.u8(segment, at), LittleEndian.u8(segment, at + 1), LittleEndian.u8(segment, at + 2));
    }

    /// {@return the string descriptor with index 0 at `at`: each pair of bytes is a language}
    ///
    /// @param segment memory to read
    /// @param at offset of the length byte
    /// @param available bytes that may be read from `at` on; a longer descriptor is cut
    static StringTable decodeStringTable(MemorySegment segment, long at, long available) {
        List<Integer> languages = new ArrayList<>();
        long end = available < 1 ? 0 : Math.min(LittleEndian.u8(segment, at), available);
        for (long i = HEADER_BYTES; i + 2 <= end; i += 2) {
            languages.add(LittleEndian.u16(segment, at + i));
        }
        return new StringTable(languages);
    }

    /// {@return the descriptors of a configuration (or BOS) in their order. A length below 2 or past the end
    /// stops the walk; what is left is one `Unknown`, cut at 255 bytes.}
    ///
    /// @param segment memory to read
    /// @param at offset of the first descriptor
    /// @param available bytes of all of them
    static List<UsbDescriptor> decodeAll(MemorySegment segment, long at, long available) {
        List<UsbDescriptor> found = new ArrayList<>();
        long end = at + available;
        long position = at;
        while (position < end) {
            found.add(decode(segment, position, end - position));
            int length = LittleEndian.u8(segment, position);
            if (length < HEADER_BYTES) {
                break;
            }
            position += length;
        }
        return found;
    }

    /// {@return descriptor type, 0..255}
    default int type() {
        return switch (this) {
            case Device _ -> TYPE_DEVICE;
            case Configuration _ -> TYPE_CONFIGURATION;
            case Interface _ -> TYPE_INTERFACE;
            case Endpoint _ -> TYPE_ENDPOINT;
            case SuperSpeedEndpointCompanion _ -> TYPE_SUPERSPEED_ENDPOINT_COMPANION;
            case StringTable _, StringText _ -> TYPE_STRING;
            case Bos _ -> TYPE_BOS;
            case Unknown unknown -> unknown.type;
        };
    }

    /// {@return how many bytes [#encode] writes, 2..255}
    default int bytes() {
        return switch (this) {
            case StringTable table -> HEADER_BYTES + 2 * table.languages.size();
            case StringText string -> HEADER_BYTES + 2 * string.text.length();
            case Unknown unknown -> HEADER_BYTES + unknown.body.size();
            default -> fixedBytes(type());
        };
    }

    /// Writes [#bytes()] bytes.
    ///
    /// @param segment memory to write
    /// @param at offset of the length byte
    default void encode(MemorySegment segment, long at) {
        LittleEndian.put8(segment, at, bytes());
        LittleEndian.put8(segment, at + 1, type());
        long body = at + HEADER_BYTES;
        switch (this) {
            case Device device -> {
                LittleEndian.put16(segment, body, device.usbRelease);
                encodeClass(segment, at + 4, device.usbClass);
                LittleEndian.put8(segment, at + 7, device.packetSize0);
                LittleEndian.put16(segment, at + 8, device.vendor);
                LittleEndian.put16(segment, at + 10, device.product);
                LittleEndian.put16(segment, at + 12, device.deviceRelease);
                LittleEndian.put8(segment, at + 14, device.strings.manufacturer);
                LittleEndian.put8(segment, at + 15, device.strings.product);
                LittleEndian.put8(segment, at + 16, device.strings.serialNumber);
                LittleEndian.put8(segment, at + 17, device.configurationCount);
            }
            case Configuration configuration -> {
                LittleEndian.put16(segment, body, configuration.totalLength);
                LittleEndian.put8(segment, at + 4, configuration.interfaceCount);
                LittleEndian.put8(segment, at + 5, configuration.value);
                LittleEndian.put8(segment, at + 6, configuration.string);
                LittleEndian.put8(segment, at + 7, configuration.attributes);
                LittleEndian.put8(segment, at + 8, configuration.maxPower);
            }
            case Interface setting -> {
                LittleEndian.put8(segment, body, setting.number);
                LittleEndian.put8(segment, at + 3, setting.alternate);
                LittleEndian.put8(segment, at + 4, setting.endpointCount);
                encodeClass(segment, at + 5, setting.usbClass);
                LittleEndian.put8(segment, at + 8, setting.string);
            }
            case Endpoint endpoint -> {
                LittleEndian.put8(segment, body, endpoint.address.bits());
                LittleEndian.put8(segment, at + 3, endpoint.attributes);
                LittleEndian.put16(segment, at + 4, endpoint.maxPacketSize);
                LittleEndian.put8(segment, at + 6, endpoint.interval);
            }
            case SuperSpeedEndpointCompanion companion -> {
                LittleEndian.put8(segment, body, companion.maxBurst);
                LittleEndian.put8(segment, at + 3, companion.attributes);
                LittleEndian.put16(segment, at + 4, companion.bytesPerInterval);
            }
            case StringTable table -> {
                for (int i = 0; i < table.languages.size(); i++) {
                    LittleEndian.put16(segment, body + 2L * i, table.languages.get(i));
                }
            }
            case StringText string -> {
                for (int i = 0; i < string.text.length(); i++) {
                    LittleEndian.put16(segment, body + 2L * i, string.text.charAt(i));
                }
            }
            case Bos bos -> {
                LittleEndian.put16(segment, body, bos.totalLength);
                LittleEndian.put8(segment, at + 4, bos.capabilityCount);
            }
            case Unknown unknown -> unknown.body.encode(segment, body);
        }
    }

    private static void encodeClass(MemorySegment segment, long at, UsbClass usbClass) {
        LittleEndian.put8(segment, at, usbClass.base());
        LittleEndian.put8(segment, at + 1, usbClass.sub());
        LittleEndian.put8(segment, at + 2, usbClass.protocol());
    }
}
