package ferrite.driver.xhcid;

import ferrite.hw.usb.SetupPacket;
import ferrite.hw.usb.UsbDescriptor;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// The driver's own control requests, waited for (USB 2.0 §9.4).
final class ControlPipe {
    private static final long REQUEST_NANOS = 5_000_000_000L; // USB 2.0 §9.2.6.1

    private final HostController controller;
    private final EndpointRecovery recovery;

    ControlPipe(HostController controller, EndpointRecovery recovery) {
        this.controller = controller;
        this.recovery = recovery;
    }

    /// A request whose data, if any, come from the device.
    ///
    /// @return the bytes that came
    /// @throws SchemeException EPIPE (the device refuses), EIO, ENODEV, ETIMEDOUT
    byte[] in(DeviceSlot device, SetupPacket setup) {
        BufferSlice slice = controller.dma().pool().acquire(Math.max(1, setup.length()), 1);
        try {
            long moved = transfer(device, setup, slice.slice(0, setup.length()));
            byte[] bytes = new byte[(int) Math.min(moved, setup.length())];
            MemorySegment.copy(slice.segment(), ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
            return bytes;
        } finally {
            slice.close();
        }
    }

    /// A request without data.
    ///
    /// @throws SchemeException EPIPE (the device refuses), EIO, ENODEV, ETIMEDOUT
    void noData(DeviceSlot device, SetupPacket setup) {
        in(device, setup);
    }

    /// A whole descriptor, as much of it as the device sends.
    byte[] descriptor(DeviceSlot device, int type, int index, int language, int bytes) {
        return in(device, SetupPacket.getDescriptor(type, index, language, bytes));
    }

    /// A string descriptor's bytes, cut at its own length.
    byte[] string(DeviceSlot device, int index, int language) {
        byte[] bytes = descriptor(device, UsbDescriptor.TYPE_STRING, index, language, UsbDescriptor.BYTES_MAX);
        return bytes.length == 0 ? bytes : Arrays.copyOf(bytes, Math.min(bytes.length, bytes[0] & 0xFF));
    }

    private long transfer(DeviceSlot device, SetupPacket setup, BufferSlice data) {
        Endpoint endpoint = device.control();
        recovery.recoverControl(device);
        Asker.Sequence answer = new Asker.Sequence();
        endpoint.submit(answer, setup, data);
        if (!controller.await(answer::isDone, REQUEST_NANOS)) {
            recovery.takeBack(device, endpoint, answer);
            throw new SchemeException(Errno.ETIMEDOUT, "control request " + setup + " to slot " + device.slot());
        }
        if (Errno.isError(answer.status())) {
            throw new SchemeException(
                    Errno.of(answer.status()).orElse(Errno.EIO),
                    "control request " + setup + " to slot " + device.slot());
        }
        return answer.status();
    }
}
