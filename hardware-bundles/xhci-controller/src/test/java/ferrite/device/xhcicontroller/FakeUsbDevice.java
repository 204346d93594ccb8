package ferrite.device.xhcicontroller;

import ferrite.hw.bus.UsbOperation;
import ferrite.hw.usb.SetupPacket;
import ferrite.spi.error.Errno;
import ferrite.testkit.fake.FakeRequest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// A device that answers bulk packets from a list of answers, and keeps them (NAK) while the list is empty.
final class FakeUsbDevice {
    private final int speed;
    private final ArrayDeque<Long> answers = new ArrayDeque<>();
    private final List<FakeRequest> waiting = new ArrayList<>();
    private final List<byte[]> received = new ArrayList<>();
    private final List<SetupPacket> setups = new ArrayList<>();
    private long controlAnswer;
    private int resets;

    FakeUsbDevice(int speed) {
        this.speed = speed;
    }

    /// The next bulk packets end like this: bytes moved, or an error. Packets that wait are answered now.
    void answer(long... statuses) {
        for (long status : statuses) {
            answers.add(status);
        }
        waiting.removeIf(request -> !request.isLive());
        while (!waiting.isEmpty() && !answers.isEmpty()) {
            end(waiting.removeFirst());
        }
    }

    /// How control transfers end.
    void controlAnswer(long status) {
        controlAnswer = status;
    }

    List<byte[]> received() {
        return received;
    }

    List<SetupPacket> setups() {
        return setups;
    }

    int resets() {
        return resets;
    }

    int waiting() {
        waiting.removeIf(request -> !request.isLive());
        return waiting.size();
    }

    void serve(FakeRequest request) {
        switch (request.opcode()) {
            case UsbOperation.PORT_STATUS -> request.complete(0, speed);
            case UsbOperation.PORT_RESET -> {
                resets++;
                request.complete(0);
            }
            case UsbOperation.CONTROL -> control(request);
            case UsbOperation.BULK_IN, UsbOperation.BULK_OUT -> {
                if (answers.isEmpty() || !waiting.isEmpty()) {
                    waiting.add(request);
                } else {
                    end(request);
                }
            }
            default -> request.fail(Errno.ENOSYS);
        }
    }

    private void control(FakeRequest request) {
        SetupPacket setup = SetupPacket.ofLong(request.additional1());
        setups.add(setup);
        if (request.hasBuffer() && setup.toHost() && controlAnswer > 0) {
            count(request.buffer().segment(), controlAnswer);
        } else if (request.hasBuffer() && !setup.toHost()) {
            received.add(request.buffer().segment().toArray(ValueLayout.JAVA_BYTE));
        }
        request.complete(controlAnswer);
    }

    private void end(FakeRequest request) {
        long status = answers.remove();
        if (request.opcode() == UsbOperation.BULK_IN && status > 0) {
            count(request.buffer().segment(), status);
        }
        if (request.opcode() == UsbOperation.BULK_OUT && status >= 0) {
            received.add(request.hasBuffer() ? request.buffer().segment().toArray(ValueLayout.JAVA_BYTE) : new byte[0]);
        }
        request.complete(status);
    }

    /// 1, 2, 3, …
    private static void count(MemorySegment into, long bytes) {
        for (long i = 0; i < bytes; i++) {
            into.set(ValueLayout.JAVA_BYTE, i, (byte) (i + 1));
        }
    }
}
