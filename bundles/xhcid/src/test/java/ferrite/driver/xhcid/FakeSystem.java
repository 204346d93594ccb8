package ferrite.driver.xhcid;

import ferrite.hw.pci.Capability;
import ferrite.hw.pci.PcidOperation;
import ferrite.hw.pci.PlacedCapability;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.Opcode;
import ferrite.testkit.fake.FakeRequest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What xhcid finds around itself but the controller: the kernel's `irq:`, `memory:dma` and `spawn:`, and pcid.
final class FakeSystem {
    private static final long IRQ_LIST = 11;
    private static final long SPAWN = 12;

    /// Paths opened in the kernel.
    final List<String> opened = new ArrayList<>();
    /// What was written to `spawn:`.
    final List<String> spawned = new ArrayList<>();
    /// The armed subscription to the interrupt.
    Optional<FakeRequest> interrupt = Optional.empty();
    boolean hasMsix = true;

    void kernel(FakeRequest sent) {
        if (sent.is(Opcode.OPEN)) {
            String path = sent.text();
            opened.add(path);
            if (path.equals("irq:cpu-00/16")) {
                sent.fail(Errno.EEXIST);
            } else {
                sent.complete(path.equals("irq:cpu-00") ? IRQ_LIST : path.startsWith("spawn:") ? SPAWN : 20);
            }
        } else if (sent.is(Opcode.PREAD)) {
            text(sent, "16\n17\n18");
        } else if (sent.is(Opcode.PWRITE)) {
            spawned.add(sent.text());
            sent.complete(sent.entry().length());
        } else if (sent.is(Opcode.REGISTER_EVENTS)) {
            interrupt = Optional.of(sent);
        } else if (sent.is(Opcode.CLOSE)) {
            sent.complete(0);
        } else {
            sent.fail(Errno.ENOSYS);
        }
    }

    void pcid(FakeRequest sent) {
        if (sent.is(Opcode.OPEN)) {
            sent.complete(sent.text().endsWith("/ctl") ? 1 : 2);
        } else if (sent.is(Opcode.PREAD)) {
            text(sent, "hw.bridge0:window/e0000000/" + Integer.toHexString(FakeController.BAR_BYTES));
        } else if (sent.is(Opcode.CLOSE)) {
            sent.complete(0);
        } else if (sent.entry().opcode() == PcidOperation.FETCH_ALL_CAPABILITIES && hasMsix) {
            new PlacedCapability(0x90, new Capability.Msix(0, 0, 0x3000, 0x3800))
                    .encode(sent.buffer().segment(), 0);
            sent.complete(1, 0);
        } else {
            sent.complete(0, 0);
        }
    }

    private static void text(FakeRequest sent, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        MemorySegment.copy(bytes, 0, sent.buffer().segment(), ValueLayout.JAVA_BYTE, 0, bytes.length);
        sent.complete(bytes.length);
    }
}
