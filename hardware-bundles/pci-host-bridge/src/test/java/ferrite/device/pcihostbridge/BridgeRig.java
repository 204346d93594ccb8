package ferrite.device.pcihostbridge;

import ferrite.hw.bus.PciBusOperation;
import ferrite.hw.pci.ConfigSpace;
import ferrite.hw.pci.PciAddress;
import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.IrqOperation;
import ferrite.testkit.TestSettings;
import ferrite.testkit.fake.FakeContext;
import ferrite.testkit.fake.FakeRequest;
import ferrite.testkit.fake.FakeSlice;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A bridge with functions at 00:04.0 and 00:05.0, and a bus driver that uses it.
final class BridgeRig {
    static final PciAddress FIRST = PciAddress.parse("00:04.0");
    static final PciAddress SECOND = PciAddress.parse("00:05.0");
    static final long IRQ_FILE = 77;

    private final FakeContext context = new FakeContext("bridge0", this::kernel);
    private final FakeFunction first = new FakeFunction(0xD);
    private final FakeFunction second = new FakeFunction(0xE);
    private final TestSettings settings = TestSettings.of(
            "child",
            List.of(
                    TestSettings.of("name", "xhci0", "slot", "00:04.0"),
                    TestSettings.of("name", "xhci1", "slot", "0000:00:05.0")));
    private final List<String> signals = new ArrayList<>();
    private PciHostBridge bridge;
    private final long ecam;

    BridgeRig() {
        context.server("hw.xhci0", first::serve);
        context.server("hw.xhci1", second::serve);
        bridge = new PciHostBridge(context, settings);
        bridge.start();
        bridge.poll(1);
        ecam = open("ecam").status();
    }

    private void kernel(FakeRequest request) {
        if (request.opcode() == Opcode.OPEN.code()) {
            signals.add("open " + text(request.buffer().segment()));
            request.complete(IRQ_FILE);
        } else if (request.opcode() == IrqOperation.SIGNAL) {
            signals.add(request.file() + ": " + Long.toHexString(request.additional1()) + " "
                    + Long.toHexString(request.additional2()));
            request.complete(0);
        }
    }

    FakeContext context() {
        return context;
    }

    FakeFunction first() {
        return first;
    }

    FakeFunction second() {
        return second;
    }

    List<String> signals() {
        return signals;
    }

    PciHostBridge bridge() {
        return bridge;
    }

    PciHostBridge another() {
        return new PciHostBridge(context, settings);
    }

    void swap() {
        PluginState state = bridge.save();
        bridge = another();
        bridge.restore(state);
    }

    private static String text(MemorySegment bytes) {
        return new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    private static BufferSlice slice(byte[] bytes) {
        return FakeSlice.of(bytes, Access.READ_WRITE);
    }

    FakeRequest send(SubmissionQueueEntry entry, Optional<BufferSlice> buffer) {
        FakeRequest request = FakeRequest.of(entry);
        buffer.ifPresent(request::buffer);
        context.socket("hw.bridge0").ask(request);
        bridge.poll(16);
        return request;
    }

    FakeRequest open(String path) {
        return send(SubmissionQueueEntry.of(Opcode.OPEN), Optional.of(slice(path.getBytes(StandardCharsets.UTF_8))));
    }

    FakeRequest onFile(Opcode opcode, long file, int room) {
        return send(SubmissionQueueEntry.of(opcode).withFd(file), Optional.of(slice(new byte[room])));
    }

    String read(String path) {
        FakeRequest answer = onFile(Opcode.PREAD, open(path).status(), 200);
        return text(answer.buffer().segment().asSlice(0, answer.status()));
    }

    FakeRequest access(int opcode, long file, long address, int length, long value) {
        return send(
                SubmissionQueueEntry.of(opcode)
                        .withFd(file)
                        .withAddress(address, length)
                        .withAdditional(value, 0),
                Optional.empty());
    }

    long config(PciAddress function, int register, int length) {
        return access(PciBusOperation.CONFIG_READ, ecam, function.ecamOffset() + register, length, 0)
                .extra();
    }

    void config(PciAddress function, int register, int length, long value) {
        access(PciBusOperation.CONFIG_WRITE, ecam, function.ecamOffset() + register, length, value);
    }

    /// Gives a function its BAR and lets it decode.
    void assign(PciAddress function, long address) {
        config(function, ConfigSpace.BAR0, 4, address & 0xFFFF_FFFFL);
        config(function, ConfigSpace.BAR0 + 4, 4, address >>> 32);
        config(function, ConfigSpace.COMMAND, 2, ConfigSpace.COMMAND_MEMORY);
    }
}
