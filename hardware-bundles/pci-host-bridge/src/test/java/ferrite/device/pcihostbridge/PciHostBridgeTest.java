package ferrite.device.pcihostbridge;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.hw.bus.PciBusOperation;
import ferrite.hw.pci.ConfigSpace;
import ferrite.hw.pci.PciAddress;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.Opcode;
import ferrite.testkit.fake.FakeRequest;
import ferrite.testkit.fake.FakeRing;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The files of `docs/protocol/wiring.md`, and where accesses go.
final class PciHostBridgeTest {
    private static final long BAR = 0xE000_0000L;
    private static final PciAddress BRIDGE = PciAddress.parse("00:00.0");

    private final BridgeRig rig = new BridgeRig();

    private long window() {
        return rig.open("window/e0000000/8000").status();
    }

    private FakeRequest read(long file, long address, int length) {
        return rig.access(PciBusOperation.MEMORY_READ, file, address, length, 0);
    }

    @Test
    void resourcesTellMemoryAndBuses() {
        assertThat(rig.read("resources")).isEqualTo("memory 0xe0000000 0x10000000\nbuses 0x0 0x0\n");
        assertThat(rig.read("")).isEqualTo("resources\necam\n");
    }

    @Test
    void pathsThatAreNotThereAreRefused() {
        assertThat(rig.open("nothing").status()).isEqualTo(Errno.ENOENT.status());
        assertThat(rig.open("window/e0000000").status()).isEqualTo(Errno.ENOENT.status());
        assertThat(rig.open("window/xyz/10").status()).isEqualTo(Errno.EINVAL.status());
        assertThat(rig.open("window/d0000000/1000").status()).isEqualTo(Errno.EINVAL.status());
        assertThat(rig.open("window/efffffff/2").status()).isEqualTo(Errno.EINVAL.status());
        assertThat(rig.open("window/e0000000/0").status()).isEqualTo(Errno.EINVAL.status());
    }

    @Test
    void aClosedFileIsGone() {
        long file = window();
        rig.onFile(Opcode.CLOSE, file, 0);

        assertThat(read(file, 0, 4).status()).isEqualTo(Errno.EBADF.status());
        assertThat(rig.onFile(Opcode.CLOSE, file, 0).status()).isEqualTo(Errno.EBADF.status());
    }

    @Test
    void filesOfARingGoWithTheRing() {
        long file = window();

        rig.bridge().detached(FakeRequest.RING);

        assertThat(read(file, 0, 4).status()).isEqualTo(Errno.EBADF.status());
    }

    @Test
    void statAndPathOfAWindow() {
        long file = window();

        assertThat(rig.onFile(Opcode.FSTAT, file, 24).status()).isEqualTo(24);
        assertThat(rig.onFile(Opcode.FPATH, file, 100).status()).isEqualTo("window/e0000000/8000".length());
        assertThat(rig.onFile(Opcode.PREAD, file, 4).status()).isEqualTo(Errno.EINVAL.status());
        assertThat(rig.onFile(Opcode.FSTAT, 999, 24).status()).isEqualTo(Errno.EBADF.status());
    }

    @Test
    void theBridgeIsFunctionZero() {
        assertThat(rig.config(BRIDGE, 0, 4)).isEqualTo(0x0008_1B36L);
        assertThat(rig.config(BRIDGE, 8, 4)).isEqualTo(0x0600_0000L);

        rig.config(BRIDGE, 0, 4, 0);
        rig.config(BRIDGE, ConfigSpace.COMMAND, 2, 0xFFFF);
        assertThat(rig.config(BRIDGE, 0, 4)).isEqualTo(0x0008_1B36L);
        assertThat(rig.config(BRIDGE, ConfigSpace.COMMAND, 2)).isEqualTo(0x0146);
    }

    @Test
    void configurationAccessesGoToTheirFunction() {
        assertThat(rig.config(BridgeRig.FIRST, 0, 4)).isEqualTo(0x000D_1B36L);
        assertThat(rig.config(BridgeRig.SECOND, 2, 2)).isEqualTo(0x000E);
    }

    @Test
    void absentFunctionsReadAllOnesOfTheWidth() {
        PciAddress absent = PciAddress.parse("00:06.0");

        assertThat(rig.config(absent, 0, 4)).isEqualTo(0xFFFF_FFFFL);
        assertThat(rig.config(absent, 0, 2)).isEqualTo(0xFFFF);
        assertThat(rig.config(PciAddress.parse("00:04.1"), 0, 4)).isEqualTo(0xFFFF_FFFFL);
        assertThat(rig.config(PciAddress.parse("07:04.0"), 0, 1)).isEqualTo(0xFF);
        rig.config(absent, 0, 4, 1);
    }

    @Test
    void badConfigurationAccessesAreRefused() {
        long ecam = rig.open("ecam").status();

        assertThat(rig.access(PciBusOperation.CONFIG_READ, ecam, 2, 4, 0).status())
                .isEqualTo(Errno.EINVAL.status());
        assertThat(rig.access(PciBusOperation.CONFIG_READ, ecam, 0, 8, 0).status())
                .isEqualTo(Errno.EINVAL.status());
        assertThat(rig.access(PciBusOperation.CONFIG_READ, ecam, 1L << 28, 4, 0).status())
                .isEqualTo(Errno.EFAULT.status());
        assertThat(rig.access(PciBusOperation.CONFIG_READ, window(), 0, 4, 0).status())
                .isEqualTo(Errno.EBADF.status());
        assertThat(rig.access(PciBusOperation.RESET, ecam, 0, 4, 0).status()).isEqualTo(Errno.ENOSYS.status());
    }

    @Test
    void memoryGoesToTheFunctionWhoseBarClaimsIt() {
        rig.assign(BridgeRig.FIRST, BAR);
        rig.assign(BridgeRig.SECOND, BAR + 0x4000);
        long file = window();

        assertThat(read(file, 0x10, 4).extra()).isEqualTo(0xD);
        assertThat(read(file, 0x4010, 8).extra()).isEqualTo(0xE);
        rig.access(PciBusOperation.MEMORY_WRITE, file, 0x20, 4, 0xABC);

        assertThat(rig.first().accesses()).containsExactly("read e0000010+4", "write e0000020=abc");
        assertThat(rig.second().accesses()).containsExactly("read e0004010+8");
    }

    @Test
    void memoryThatNobodyClaimsReadsAllOnes() {
        rig.assign(BridgeRig.FIRST, BAR);
        long file = window();

        assertThat(read(file, 0x4000, 4).extra()).isEqualTo(0xFFFF_FFFFL);
        assertThat(read(file, 0x4000, 8).extra()).isEqualTo(-1);
        assertThat(rig.access(PciBusOperation.MEMORY_WRITE, file, 0x4000, 4, 1).status())
                .isZero();
        assertThat(rig.first().accesses()).isEmpty();
    }

    @Test
    void aFunctionThatDoesNotDecodeClaimsNothing() {
        rig.assign(BridgeRig.FIRST, BAR);
        rig.config(BridgeRig.FIRST, ConfigSpace.COMMAND, 2, 0);

        assertThat(read(window(), 0, 4).extra()).isEqualTo(0xFFFF_FFFFL);
    }

    @Test
    void aMovedBarIsFollowed() {
        rig.assign(BridgeRig.FIRST, BAR);
        rig.assign(BridgeRig.FIRST, BAR + 0x4000);
        long file = window();

        assertThat(read(file, 0, 4).extra()).isEqualTo(0xFFFF_FFFFL);
        assertThat(read(file, 0x4000, 4).extra()).isEqualTo(0xD);
    }

    @Test
    void sizingABarDoesNotConfuseTheBridge() {
        rig.assign(BridgeRig.FIRST, BAR);
        rig.config(BridgeRig.FIRST, ConfigSpace.BAR0, 4, 0xFFFF_FFFFL);
        assertThat(rig.config(BridgeRig.FIRST, ConfigSpace.BAR0, 4)).isEqualTo(0xFFFF_C004L);

        rig.config(BridgeRig.FIRST, ConfigSpace.BAR0, 4, BAR);

        assertThat(read(window(), 0, 4).extra()).isEqualTo(0xD);
    }

    @Test
    void accessesOutsideTheWindowAreRefused() {
        long file = window();

        assertThat(read(file, 0x8000, 4).status()).isEqualTo(Errno.EFAULT.status());
        assertThat(read(file, -4, 4).status()).isEqualTo(Errno.EFAULT.status());
        assertThat(read(file, Long.MAX_VALUE - 7, 8).status()).isEqualTo(Errno.EFAULT.status());
        assertThat(read(file, 3, 4).status()).isEqualTo(Errno.EINVAL.status());
        assertThat(read(file, 0, 16).status()).isEqualTo(Errno.EINVAL.status());
    }

    @Test
    void anAccessIsAnsweredWhenTheFunctionAnswers() {
        rig.assign(BridgeRig.FIRST, BAR);
        long file = window();
        rig.first().keep(true);
        FakeRequest access = read(file, 0, 4);
        assertThat(access.isLive()).isTrue();
        assertThat(rig.bridge().isQuiet()).isFalse();

        rig.first().answerKept();
        rig.bridge().poll(1);

        assertThat(access.extra()).isEqualTo(0x600D);
        assertThat(rig.bridge().isQuiet()).isTrue();
    }

    @Test
    void accessesWithoutRoomWaitInTheirOrder() {
        rig.assign(BridgeRig.FIRST, BAR);
        long file = window();
        rig.context().rings().getFirst().room(0);
        List<FakeRequest> waiting = List.of(
                rig.access(PciBusOperation.MEMORY_WRITE, file, 0, 4, 1),
                rig.access(PciBusOperation.MEMORY_WRITE, file, 4, 4, 2));
        FakeRequest cancelled = read(file, 8, 4);
        rig.context().socket("hw.bridge0").cancel(cancelled);
        rig.bridge().poll(1);

        rig.context().rings().getFirst().room(10);
        rig.bridge().poll(1);

        assertThat(waiting).allMatch(request -> !request.isLive());
        assertThat(cancelled.status()).isEqualTo(Errno.ECANCELED.status());
        assertThat(rig.first().accesses()).containsExactly("write e0000000=1", "write e0000004=2");
    }

    @Test
    void aFunctionThatIsGoneReadsAllOnes() {
        rig.assign(BridgeRig.FIRST, BAR);
        long file = window();
        rig.first().keep(true);
        FakeRequest access = read(file, 0, 4);

        rig.context().rings().getFirst().breakDown();
        rig.bridge().poll(1);

        assertThat(access.extra()).isEqualTo(0xFFFF_FFFFL);
        assertThat(read(file, 0, 4).extra()).isEqualTo(0xFFFF_FFFFL);
        assertThat(rig.config(BridgeRig.FIRST, 0, 4)).isEqualTo(0xFFFF_FFFFL);
        assertThat(rig.config(BridgeRig.SECOND, 0, 4)).isEqualTo(0x000E_1B36L);
    }

    @Test
    void messagesGoToTheKernel() {
        FakeRing ring = rig.context().rings().getFirst();
        ring.kept().getFirst().post(0xFFFF_FFFFL, 0xFEE0_0000L);
        rig.bridge().poll(1);

        assertThat(rig.signals()).containsExactly("open irq:msi", "77: fee00000 ffffffff");
    }

    @Test
    void equalMessagesThatFindNoRoomAreSentOnce() {
        FakeRing ring = rig.context().rings().getFirst();
        rig.context().kernel().room(0);
        for (int i = 0; i < 5; i++) {
            ring.kept().getFirst().post(0x41, 0xFEE0_0000L);
        }
        rig.bridge().poll(1);
        rig.context().kernel().room(10);
        rig.bridge().poll(1);

        assertThat(rig.signals()).containsExactly("open irq:msi", "77: fee00000 41");
    }

    @Test
    void filesRoutesAndMessagesSurviveASwap() {
        rig.assign(BridgeRig.FIRST, BAR);
        long file = window();

        rig.swap();

        assertThat(read(file, 0, 4).extra()).isEqualTo(0xD);
        FakeRing ring = rig.context().rings().getFirst();
        assertThat(ring.kept()).hasSize(1);
        ring.kept().getFirst().post(0x41, 0xFEE0_0000L);
        rig.bridge().poll(1);
        assertThat(rig.signals()).containsExactly("open irq:msi", "77: fee00000 41");
    }
}
