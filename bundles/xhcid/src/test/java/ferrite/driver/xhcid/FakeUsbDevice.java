package ferrite.driver.xhcid;

import ferrite.hw.usb.SetupPacket;
import ferrite.hw.usb.UsbDescriptor;
import ferrite.spi.error.Errno;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A mass storage device with one bulk endpoint each way, 81 and 02. A test decides what its endpoints do.
final class FakeUsbDevice {
    /// No answer yet: the transfer stays in the ring.
    static final long PENDING = Long.MIN_VALUE;
    /// The bus fails.
    static final long BROKEN = -71;
    static final long STALL = Errno.EPIPE.status();

    /// What an endpoint does with a transfer.
    interface Pipe {
        /// @return bytes moved, [#STALL], [#BROKEN] or [#PENDING]
        long move(MemorySegment data);
    }

    final List<SetupPacket> requests = new ArrayList<>();
    final Map<Integer, Pipe> pipes = new HashMap<>();
    final Map<Integer, Long> controlFailures = new TreeMap<>();
    byte[] device = {18, 1, 0, 3, 0, 0, 0, 9, 0x09, 0x12, 1, 0, 0, 1, 1, 2, 0, 1};
    byte[] configuration = {
        9,
        2,
        44,
        0,
        1,
        1,
        0,
        (byte) 0x80,
        50,
        9,
        4,
        0,
        0,
        2,
        8,
        6,
        0x50,
        0,
        7,
        5,
        (byte) 0x81,
        2,
        0,
        4,
        0,
        6,
        48,
        15,
        0,
        0,
        0,
        7,
        5,
        2,
        2,
        0,
        4,
        0,
        6,
        48,
        15,
        0,
        0,
        0
    };

    FakeUsbDevice() {
        pipes.put(0x81, data -> {
            data.fill((byte) 0x11);
            return data.byteSize();
        });
        pipes.put(0x02, MemorySegment::byteSize);
    }

    /// @return bytes moved, or [#STALL]
    long control(SetupPacket setup, MemorySegment data) {
        requests.add(setup);
        Long failure = controlFailures.get(setup.request());
        if (failure != null) {
            return failure;
        }
        byte[] answer = switch (setup.request()) {
            case SetupPacket.GET_DESCRIPTOR -> descriptor(setup.value() >> 8, setup.value() & 0xFF);
            default -> new byte[0];
        };
        if (answer == null) {
            return STALL;
        }
        int count = (int) Math.min(answer.length, data.byteSize());
        MemorySegment.copy(answer, 0, data, ValueLayout.JAVA_BYTE, 0, count);
        return count;
    }

    private byte @org.jspecify.annotations.Nullable [] descriptor(int type, int index) {
        return switch (type) {
            case UsbDescriptor.TYPE_DEVICE -> device;
            case UsbDescriptor.TYPE_CONFIGURATION -> configuration;
            case UsbDescriptor.TYPE_STRING ->
                switch (index) {
                    case 0 -> new byte[] {4, 3, 9, 4};
                    case 1 -> string("Maker");
                    default -> null;
                };
            default -> null;
        };
    }

    private static byte[] string(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(2 + 2 * text.length());
        bytes.write(UsbDescriptor.TYPE_STRING);
        bytes.writeBytes(text.getBytes(StandardCharsets.UTF_16LE));
        return bytes.toByteArray();
    }
}
