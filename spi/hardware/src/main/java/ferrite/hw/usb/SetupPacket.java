package ferrite.hw.usb;

import ferrite.hw.order.LittleEndian;
import java.lang.foreign.MemorySegment;

/// The eight bytes that start a control transfer, little-endian (USB 2.0 §9.3, table 9-2).
///
/// | offset | bytes | field       | meaning                                                     |
/// |-------:|------:|-------------|-------------------------------------------------------------|
/// |      0 |     1 | requestType | bit 7 direction (1 = to host), 6:5 type, 4:0 recipient      |
/// |      1 |     1 | request     |                                                             |
/// |      2 |     2 | value       |                                                             |
/// |      4 |     2 | index       |                                                             |
/// |      6 |     2 | length      | bytes of the data stage                                     |
///
/// @param requestType 0..255
/// @param request 0..255
/// @param value 0..65535
/// @param index 0..65535
/// @param length bytes, 0..65535
public record SetupPacket(int requestType, int request, int value, int index, int length) {
    /// Bytes of the packet.
    public static final int BYTES = 8;

    /// Request type bit 7: the data stage goes to the host.
    public static final int TO_HOST = 0x80;
    /// Request type bits 6:5.
    public static final int TYPE_MASK = 0x60;
    /// Type: defined by the USB specification.
    public static final int TYPE_STANDARD = 0x00;
    /// Type: defined by the class of the recipient.
    public static final int TYPE_CLASS = 0x20;
    /// Type: defined by the vendor.
    public static final int TYPE_VENDOR = 0x40;
    /// Request type bits 4:0.
    public static final int RECIPIENT_MASK = 0x1F;
    /// Recipient: the device.
    public static final int RECIPIENT_DEVICE = 0;
    /// Recipient: the interface in the low byte of index.
    public static final int RECIPIENT_INTERFACE = 1;
    /// Recipient: the endpoint in the low byte of index.
    public static final int RECIPIENT_ENDPOINT = 2;
    /// Recipient: other.
    public static final int RECIPIENT_OTHER = 3;

    /// Standard request code (USB 2.0 table 9-4).
    public static final int GET_STATUS = 0;
    /// Standard request code.
    public static final int CLEAR_FEATURE = 1;
    /// Standard request code.
    public static final int SET_FEATURE = 3;
    /// Standard request code.
    public static final int SET_ADDRESS = 5;
    /// Standard request code.
    public static final int GET_DESCRIPTOR = 6;
    /// Standard request code.
    public static final int SET_DESCRIPTOR = 7;
    /// Standard request code.
    public static final int GET_CONFIGURATION = 8;
    /// Standard request code.
    public static final int SET_CONFIGURATION = 9;
    /// Standard request code.
    public static final int GET_INTERFACE = 10;
    /// Standard request code.
    public static final int SET_INTERFACE = 11;
    /// Standard request code.
    public static final int SYNCH_FRAME = 12;
    /// Standard request code (USB 3.x table 9-5).
    public static final int SET_SEL = 48;
    /// Standard request code (USB 3.x table 9-5).
    public static final int SET_ISOCHRONOUS_DELAY = 49;

    /// Feature selector of an endpoint (USB 2.0 table 9-6).
    public static final int FEATURE_ENDPOINT_HALT = 0;
    /// Feature selector of a USB 2.0 device.
    public static final int FEATURE_REMOTE_WAKEUP = 1;
    /// Feature selector of a SuperSpeed device (USB 3.x table 9-7).
    public static final int FEATURE_U1_ENABLE = 48;
    /// Feature selector of a SuperSpeed device (USB 3.x table 9-7).
    public static final int FEATURE_U2_ENABLE = 49;

    /// {@return the packet at `at`}
    ///
    /// @param segment memory to read
    /// @param at offset of the packet
    public static SetupPacket decode(MemorySegment segment, long at) {
        return ofLong(LittleEndian.i64(segment, at));
    }

    /// {@return the packet with the given little-endian form}
    ///
    /// @param bits see [#toLong()]
    public static SetupPacket ofLong(long bits) {
        return new SetupPacket(
                (int) bits & 0xFF,
                (int) (bits >>> 8) & 0xFF,
                (int) (bits >>> 16) & 0xFFFF,
                (int) (bits >>> 32) & 0xFFFF,
                (int) (bits >>> 48) & 0xFFFF);
    }

    /// {@return the eight bytes as one little-endian number: requestType in bits 7:0, length in bits 63:48}
    public long toLong() {
        return requestType & 0xFFL
                | (request & 0xFFL) << 8
                | (value & 0xFFFFL) << 16
                | (index & 0xFFFFL) << 32
                | (length & 0xFFFFL) << 48;
    }

    /// Writes [#BYTES] bytes.
    ///
    /// @param segment memory to write
    /// @param at offset of the packet
    public void encode(MemorySegment segment, long at) {
        LittleEndian.put64(segment, at, toLong());
    }

    /// {@return whether the data stage, if any, goes to the host}
    public boolean toHost() {
        return (requestType & TO_HOST) != 0;
    }

    /// {@return `TYPE_…`, or 0x60 (reserved)}
    public int type() {
        return requestType & TYPE_MASK;
    }

    /// {@return `RECIPIENT_…`, or 4..31 (reserved)}
    public int recipient() {
        return requestType & RECIPIENT_MASK;
    }

    /// {@return GET_DESCRIPTOR for the device (USB 2.0 §9.4.3)}
    ///
    /// @param descriptorType `UsbDescriptor.TYPE_…`
    /// @param descriptorIndex which configuration or string, 0..255
    /// @param language language id of a string, else 0
    /// @param length most bytes to return
    public static SetupPacket getDescriptor(int descriptorType, int descriptorIndex, int language, int length) {
        return new SetupPacket(
                TO_HOST | RECIPIENT_DEVICE, GET_DESCRIPTOR, descriptorType << 8 | descriptorIndex, language, length);
    }

    /// {@return SET_ADDRESS (USB 2.0 §9.4.6); an xHCI sends it itself}
    ///
    /// @param address 0..127
    public static SetupPacket setAddress(int address) {
        return new SetupPacket(RECIPIENT_DEVICE, SET_ADDRESS, address, 0, 0);
    }

    /// {@return GET_CONFIGURATION (USB 2.0 §9.4.2), one byte}
    public static SetupPacket getConfiguration() {
        return new SetupPacket(TO_HOST | RECIPIENT_DEVICE, GET_CONFIGURATION, 0, 0, 1);
    }

    /// {@return SET_CONFIGURATION (USB 2.0 §9.4.7)}
    ///
    /// @param value bConfigurationValue, 0 = deconfigure
    public static SetupPacket setConfiguration(int value) {
        return new SetupPacket(RECIPIENT_DEVICE, SET_CONFIGURATION, value, 0, 0);
    }

    /// {@return GET_INTERFACE (USB 2.0 §9.4.4), one byte}
    ///
    /// @param number bInterfaceNumber
    public static SetupPacket getInterface(int number) {
        return new SetupPacket(TO_HOST | RECIPIENT_INTERFACE, GET_INTERFACE, 0, number, 1);
    }

    /// {@return SET_INTERFACE (USB 2.0 §9.4.10)}
    ///
    /// @param number bInterfaceNumber
    /// @param alternate bAlternateSetting
    public static SetupPacket setInterface(int number, int alternate) {
        return new SetupPacket(RECIPIENT_INTERFACE, SET_INTERFACE, alternate, number, 0);
    }

    /// {@return GET_STATUS (USB 2.0 §9.4.5), two bytes}
    ///
    /// @param recipient `RECIPIENT_…`
    /// @param index 0, interface number or endpoint address
    public static SetupPacket getStatus(int recipient, int index) {
        return new SetupPacket(TO_HOST | recipient, GET_STATUS, 0, index, 2);
    }

    /// {@return CLEAR_FEATURE (USB 2.0 §9.4.1)}
    ///
    /// @param recipient `RECIPIENT_…`
    /// @param feature `FEATURE_…`
    /// @param index 0, interface number or endpoint address
    public static SetupPacket clearFeature(int recipient, int feature, int index) {
        return new SetupPacket(recipient, CLEAR_FEATURE, feature, index, 0);
    }

    /// {@return SET_FEATURE (USB 2.0 §9.4.9)}
    ///
    /// @param recipient `RECIPIENT_…`
    /// @param feature `FEATURE_…`
    /// @param index 0, interface number or endpoint address
    public static SetupPacket setFeature(int recipient, int feature, int index) {
        return new SetupPacket(recipient, SET_FEATURE, feature, index, 0);
    }

    /// {@return CLEAR_FEATURE(ENDPOINT_HALT): the endpoint leaves halt and its data toggle is reset}
    ///
    /// @param endpoint which endpoint
    public static SetupPacket clearHalt(EndpointAddress endpoint) {
        return clearFeature(RECIPIENT_ENDPOINT, FEATURE_ENDPOINT_HALT, endpoint.bits());
    }
}
