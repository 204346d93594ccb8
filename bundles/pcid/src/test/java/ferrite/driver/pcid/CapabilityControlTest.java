package ferrite.driver.pcid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.hw.pci.Capability;
import ferrite.hw.pci.CapabilityUpdate;
import ferrite.hw.pci.ConfigSpace;
import ferrite.hw.pci.MsiMessage;
import ferrite.hw.pci.PciAddress;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.testkit.fake.FakeRing;
import org.junit.jupiter.api.Test;

class CapabilityControlTest {
    private static final PciAddress AT = PciAddress.parse("00:04.0");
    private static final int MSI_AT = 0x50;
    private static final int MSIX_AT = 0x70;
    private static final MsiMessage MESSAGE = new MsiMessage(0xFEE0_0000L, 0x40);

    private final FakeBridge bridge = new FakeBridge();
    private final FakeBridge.Function function = bridge.add("00:04.0");
    private final CapabilityControl control =
            new CapabilityControl(new ConfigAccess(new FakeRing(1, bridge, () -> {}), 2));

    /// MSI with 64-bit address and 4 vectors, then MSI-X with 16.
    private void both() {
        int capable = 2 << Capability.Msi.CONTROL_CAPABLE_SHIFT | Capability.Msi.CONTROL_64_BIT;
        function.capability(MSI_AT, new Capability.Msi(MSIX_AT, capable, 0, 0, 0, 0))
                .capability(MSIX_AT, new Capability.Msix(0, 15, 0x3000, 0x3800));
    }

    private static CapabilityUpdate.Msi msi(int flags, boolean enabled, int vectors, MsiMessage message) {
        return new CapabilityUpdate.Msi(flags, enabled, vectors, message, 0);
    }

    private Capability.Msi msiNow() {
        return (Capability.Msi)
                control.find(AT, ConfigSpace.CAPABILITY_MSI).orElseThrow().capability();
    }

    private void assertRefused(CapabilityUpdate update, Errno errno) {
        assertThatThrownBy(() -> control.apply(AT, update))
                .isInstanceOfSatisfying(
                        SchemeException.class,
                        refused -> assertThat(refused.errno()).isEqualTo(errno));
    }

    @Test
    void theWalkEndsAtALoop() {
        function.capability(0x40, new Capability.Unknown(0x77, 0x48))
                .capability(0x48, new Capability.Unknown(0x78, 0x40));
        assertThat(control.list(AT)).hasSize(2);
    }

    @Test
    void aPointerIntoTheHeaderEndsTheWalk() {
        function.capability(0x40, new Capability.Unknown(0x77, 0x10));
        assertThat(control.list(AT)).hasSize(1);
    }

    @Test
    void msiIsProgrammedAndEnabled() {
        both();
        control.apply(AT, msi(0x1F, true, 1, MESSAGE));
        assertThat(msiNow().enabled()).isTrue();
        assertThat(msiNow().multipleMessageEnable()).isEqualTo(1);
        assertThat(msiNow().message()).isEqualTo(MESSAGE);
        assertThat(function.command() & ConfigSpace.COMMAND_INTERRUPT_DISABLE).isNotZero();
    }

    @Test
    void onlyFlaggedFieldsChange() {
        both();
        control.apply(AT, msi(0x1F, true, 0, MESSAGE));
        control.apply(AT, msi(CapabilityUpdate.Msi.DATA, false, 2, new MsiMessage(4, 0x44)));
        assertThat(msiNow().enabled()).isTrue();
        assertThat(msiNow().message()).isEqualTo(new MsiMessage(0xFEE0_0000L, 0x44));
    }

    @Test
    void moreVectorsThanCapableAreRefused() {
        both();
        assertRefused(msi(CapabilityUpdate.Msi.MULTIPLE_MESSAGE, false, 3, MESSAGE), Errno.EINVAL);
        assertRefused(msi(CapabilityUpdate.Msi.MULTIPLE_MESSAGE, false, 255, MESSAGE), Errno.EINVAL);
    }

    @Test
    void dataMustLeaveTheVectorBitsZero() {
        both();
        assertRefused(msi(0x1F, true, 2, new MsiMessage(0xFEE0_0000L, 0x41)), Errno.EINVAL);
        assertRefused(msi(0x10, true, 0, new MsiMessage(0, 0x1_0000)), Errno.EINVAL);
    }

    @Test
    void theAddressMustBeAlignedAndFit() {
        both();
        assertRefused(msi(CapabilityUpdate.Msi.ADDRESS, true, 0, new MsiMessage(0xFEE0_0002L, 0)), Errno.EINVAL);
        function.capability(MSI_AT, new Capability.Msi(MSIX_AT, 0, 0, 0, 0, 0));
        assertRefused(msi(CapabilityUpdate.Msi.UPPER_ADDRESS, true, 0, new MsiMessage(1L << 40, 0)), Errno.EINVAL);
    }

    @Test
    void maskBitsNeedACapabilityThatHasThem() {
        both();
        assertRefused(new CapabilityUpdate.Msi(CapabilityUpdate.Msi.MASK, false, 0, MESSAGE, 1), Errno.EINVAL);
    }

    @Test
    void msiAndMsixExcludeEachOther() {
        both();
        control.apply(AT, new CapabilityUpdate.Msix(3, true, false));
        assertRefused(msi(0x1F, true, 0, MESSAGE), Errno.EADDRINUSE);
        control.apply(AT, new CapabilityUpdate.Msix(CapabilityUpdate.Msix.ENABLED, false, false));
        control.apply(AT, msi(0x1F, true, 0, MESSAGE));
        assertRefused(new CapabilityUpdate.Msix(CapabilityUpdate.Msix.ENABLED, true, false), Errno.EADDRINUSE);
    }

    @Test
    void msixIsMaskedAndUnmaskedAlone() {
        both();
        control.apply(AT, new CapabilityUpdate.Msix(3, true, true));
        control.apply(AT, new CapabilityUpdate.Msix(CapabilityUpdate.Msix.FUNCTION_MASK, false, false));
        Capability.Msix now = (Capability.Msix)
                control.find(AT, ConfigSpace.CAPABILITY_MSI_X).orElseThrow().capability();
        assertThat(now.enabled()).isTrue();
        assertThat(now.functionMasked()).isFalse();
        assertThat(now.tableEntries()).isEqualTo(16);
    }

    @Test
    void absentAndUnchangeableCapabilitiesAreRefused() {
        assertRefused(msi(1, true, 0, MESSAGE), Errno.ENOENT);
        assertRefused(new CapabilityUpdate.Msix(1, true, false), Errno.ENOENT);
        assertRefused(new CapabilityUpdate.Unknown(0x10), Errno.EINVAL);
    }
}
