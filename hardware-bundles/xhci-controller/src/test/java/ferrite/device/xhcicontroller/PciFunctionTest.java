package ferrite.device.xhcicontroller;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.hw.bus.PciBusOperation;
import ferrite.hw.pci.Bar;
import ferrite.hw.pci.Capability;
import ferrite.hw.pci.ConfigSpace;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/// PCI 3.0 §6.1 to §6.8: what enumeration software sees.
final class PciFunctionTest {
    private final ControllerRig rig = new ControllerRig();

    @Test
    void identificationIsThatOfAnXhciController() {
        assertThat(rig.config(0, 4)).isEqualTo(0x000D_1B36L);
        assertThat(rig.config(8, 4)).isEqualTo(0x0C03_3001L);
        assertThat(rig.config(ConfigSpace.HEADER_TYPE, 1)).isZero();
    }

    @Test
    void writingAllOnesTellsTheSizeOfTheBar() {
        rig.config(ConfigSpace.BAR0, 4, 0xFFFF_FFFFL);
        rig.config(ConfigSpace.BAR0 + 4, 4, 0xFFFF_FFFFL);
        long low = rig.config(ConfigSpace.BAR0, 4);
        long high = rig.config(ConfigSpace.BAR0 + 4, 4);

        assertThat(low).isEqualTo(0xFFFF_C004L);
        assertThat(high).isEqualTo(0xFFFF_FFFFL);
        assertThat(Bar.decode((int) low, (int) high, (int) low, (int) high))
                .isEqualTo(new Bar.Memory64(-0x4000, 0x4000, false));
        for (int bar = 2; bar < 6; bar++) {
            rig.config(ConfigSpace.BAR0 + 4 * bar, 4, 0xFFFF_FFFFL);
            assertThat(rig.config(ConfigSpace.BAR0 + 4 * bar, 4)).isZero();
        }
    }

    @Test
    void readOnlyRegistersKeepTheirValue() {
        rig.config(0, 4, 0);
        rig.config(8, 4, 0);
        rig.config(ConfigSpace.CAPABILITIES_POINTER, 4, 0xFF);

        assertThat(rig.config(0, 4)).isEqualTo(0x000D_1B36L);
        assertThat(rig.config(8, 4)).isEqualTo(0x0C03_3001L);
        assertThat(rig.config(ConfigSpace.CAPABILITIES_POINTER, 1)).isEqualTo(0x90);
    }

    @Test
    void msixTableAndPendingBitsAreInBar0() {
        byte[] space = new byte[256];
        for (int at = 0; at < space.length; at++) {
            space[at] = (byte) rig.config(at, 1);
        }

        ConfigSpace view = new ConfigSpace(MemorySegment.ofArray(space));

        assertThat(view.capabilities()).hasSize(2);
        assertThat(view.capabilities().getFirst().capability()).isEqualTo(new Capability.Msix(0xA0, 3, 0x3000, 0x3800));
        assertThat(view.capabilities().getLast().capability()).isInstanceOf(Capability.Pcie.class);
    }

    @Test
    void memoryIsClaimedOnlyWhenDecodingIsOn() {
        rig.map();
        assertThat(rig.access(PciBusOperation.MEMORY_READ, 0, 4, 0).status()).isZero();

        rig.config(ConfigSpace.COMMAND, 2, 0);

        assertThat(rig.access(PciBusOperation.MEMORY_READ, 0, 4, 0).status()).isEqualTo(Errno.ENXIO.status());
    }

    @Test
    void memoryBesideTheBarIsNotClaimed() {
        rig.map();

        assertThat(rig.access(PciBusOperation.MEMORY_READ, 0x4000, 4, 0).status())
                .isEqualTo(Errno.ENXIO.status());
        assertThat(rig.access(PciBusOperation.MEMORY_READ, -4, 4, 0).status()).isEqualTo(Errno.ENXIO.status());
    }

    @Test
    void unalignedAndOddAccessesAreInvalid() {
        rig.map();

        assertThat(rig.access(PciBusOperation.MEMORY_READ, 2, 4, 0).status()).isEqualTo(Errno.EINVAL.status());
        assertThat(rig.access(PciBusOperation.MEMORY_READ, 0, 3, 0).status()).isEqualTo(Errno.EINVAL.status());
        assertThat(config(0, 8)).isEqualTo(Errno.EINVAL.status());
        assertThat(config(4096, 4)).isEqualTo(Errno.EINVAL.status());
        assertThat(config(-4, 4)).isEqualTo(Errno.EINVAL.status());
    }

    private long config(long at, int length) {
        return rig.send(SubmissionQueueEntry.of(PciBusOperation.CONFIG_READ).withAddress(at, length))
                .status();
    }

    @Test
    void resetRestoresPowerOnValues() {
        rig.begin();
        rig.send(SubmissionQueueEntry.of(PciBusOperation.RESET));

        assertThat(rig.config(ConfigSpace.COMMAND, 2)).isZero();
        assertThat(rig.config(ConfigSpace.BAR0, 4)).isEqualTo(4);
        rig.map();
        assertThat(rig.operational(0)).isZero();
        assertThat(rig.operational(4) & 1).isEqualTo(1);
    }

    @Test
    void unknownOperationsAnswerEnosys() {
        assertThat(rig.send(SubmissionQueueEntry.of(250)).status()).isEqualTo(Errno.ENOSYS.status());
    }
}
