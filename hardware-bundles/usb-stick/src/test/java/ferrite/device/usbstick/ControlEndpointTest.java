package ferrite.device.usbstick;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.hw.bus.UsbOperation;
import ferrite.hw.scsi.Cdb;
import ferrite.hw.usb.SetupPacket;
import ferrite.hw.usb.UsbDescriptor;
import ferrite.hw.usb.storage.BulkOnlyRequest;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.testkit.fake.FakeRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Requests of USB 2.0 chapter 9, USB 3.2 chapter 9 and BOT 1.0 §3. Expected bytes are written out.
final class ControlEndpointTest {
    private static final long STALL = Errno.EPIPE.status();
    private static final int TYPE_OTHER_SPEED_CONFIGURATION = 7;

    private StickRig rig;

    @BeforeEach
    void plugIn(@TempDir Path folder) throws IOException {
        rig = StickRig.configured(folder, "vendor", "ACME", "model", "Model 7", "serial", "0123456789AB");
    }

    @AfterEach
    void pullOut() {
        rig.close();
    }

    @Test
    void deviceDescriptorAtSuperSpeed() {
        assertThat(descriptor(rig, UsbDescriptor.TYPE_DEVICE, 0))
                .isEqualTo("12010003" + "00000009" + "0912" + "0100" + "0001" + "010203" + "01");
    }

    @Test
    void configurationAtSuperSpeedHasCompanions() {
        assertThat(descriptor(rig, UsbDescriptor.TYPE_CONFIGURATION, 0))
                .isEqualTo("09022c00010100803f"
                        + "090400000208065000"
                        + "07058102000400"
                        + "06300f000000"
                        + "07050202000400"
                        + "06300f000000");
    }

    @Test
    void binaryDeviceObjectStoreAtSuperSpeed() {
        assertThat(descriptor(rig, UsbDescriptor.TYPE_BOS, 0))
                .isEqualTo("050f160002" + "07100202000000" + "0a100300" + "0e00" + "01" + "0a" + "ff07");
    }

    @Test
    void stringsAreThoseOfTheSettings() {
        assertThat(descriptor(rig, UsbDescriptor.TYPE_STRING, 0)).isEqualTo("04030904");
        assertThat(descriptor(rig, UsbDescriptor.TYPE_STRING, 1)).isEqualTo("0a03410043004d004500");
        assertThat(descriptor(rig, UsbDescriptor.TYPE_STRING, 2)).isEqualTo("10034d006f00640065006c0020003700");
        assertThat(descriptor(rig, UsbDescriptor.TYPE_STRING, 4)).isEqualTo("stall");
    }

    @Test
    void descriptorsAtHighSpeed(@TempDir Path folder) throws IOException {
        try (StickRig high = StickRig.configured(folder, "speed", "high")) {
            assertThat(descriptor(high, UsbDescriptor.TYPE_DEVICE, 0)).startsWith("12010002" + "00000040");
            assertThat(descriptor(high, UsbDescriptor.TYPE_CONFIGURATION, 0))
                    .isEqualTo("0902200001010080fa" + "090400000208065000" + "07058102000200" + "07050202000200");
            assertThat(descriptor(high, UsbDescriptor.TYPE_DEVICE_QUALIFIER, 0)).isEqualTo("0a060002000000400100");
            assertThat(descriptor(high, TYPE_OTHER_SPEED_CONFIGURATION, 0))
                    .startsWith("0907200001010080fa")
                    .contains("07058102400000");
            assertThat(descriptor(high, UsbDescriptor.TYPE_BOS, 0)).isEqualTo("stall");
            assertThat(portStatus(high)).isEqualTo(3);
        }
    }

    @Test
    void aDescriptorIsCutToTheWantedLength() {
        FakeRequest answer = rig.control(SetupPacket.getDescriptor(UsbDescriptor.TYPE_DEVICE, 0, 0, 8), new byte[64]);

        assertThat(answer.status()).isEqualTo(8);
    }

    @Test
    void portStatusTellsTheSpeed() {
        assertThat(portStatus(rig)).isEqualTo(4);
    }

    @Test
    void configurationIsWhatWasSet() {
        assertThat(HexFormat.of().formatHex(StickRig.bytes(rig.control(SetupPacket.getConfiguration(), new byte[1]))))
                .isEqualTo("01");
        assertThat(rig.control(SetupPacket.setConfiguration(2), new byte[0]).status())
                .isEqualTo(STALL);
    }

    @Test
    void aStickWithoutConfigurationHasNoBulkEndpoints() {
        FakeRequest waiting = rig.in(512);

        rig.control(SetupPacket.setConfiguration(0), new byte[0]);

        assertThat(waiting.status()).isEqualTo(Errno.EIO.status());
        assertThat(rig.in(512).status()).isEqualTo(Errno.EINVAL.status());
        assertThat(rig.out(new byte[31]).status()).isEqualTo(Errno.EINVAL.status());
    }

    @Test
    void endpointsThatAreNotThereAnswerEinval() {
        assertThat(rig.send(SubmissionQueueEntry.of(UsbOperation.BULK_IN).withFd(2), Optional.empty())
                        .status())
                .isEqualTo(Errno.EINVAL.status());
    }

    @Test
    void unknownOperationsAnswerEnosys() {
        assertThat(rig.send(SubmissionQueueEntry.of(200), Optional.empty()).status())
                .isEqualTo(Errno.ENOSYS.status());
    }

    @Test
    void getMaxLunIsZero() {
        assertThat(StickRig.bytes(rig.control(BulkOnlyRequest.getMaxLun(0), new byte[1])))
                .containsExactly(0);
    }

    @Test
    void requestsOfVendorsStall() {
        assertThat(rig.control(new SetupPacket(0xC0, 1, 0, 0, 4), new byte[4]).status())
                .isEqualTo(STALL);
    }

    @Test
    void aHaltIsSetToldAndCleared() {
        SetupPacket halt = SetupPacket.setFeature(
                SetupPacket.RECIPIENT_ENDPOINT, SetupPacket.FEATURE_ENDPOINT_HALT, StickRig.IN.bits());
        SetupPacket status = SetupPacket.getStatus(SetupPacket.RECIPIENT_ENDPOINT, StickRig.IN.bits());

        rig.control(halt, new byte[0]);
        assertThat(StickRig.bytes(rig.control(status, new byte[2]))).containsExactly(1, 0);

        rig.clearHalt(StickRig.IN);
        assertThat(StickRig.bytes(rig.control(status, new byte[2]))).containsExactly(0, 0);
    }

    @Test
    void linkFeaturesAreToldInTheStatusOfTheDevice() {
        rig.control(SetupPacket.setFeature(0, SetupPacket.FEATURE_U1_ENABLE, 0), new byte[0]);

        assertThat(StickRig.bytes(rig.control(SetupPacket.getStatus(0, 0), new byte[2])))
                .containsExactly(4, 0);
    }

    @Test
    void exitLatenciesAndDelayAreTaken() {
        assertThat(rig.control(new SetupPacket(0, SetupPacket.SET_SEL, 0, 0, 6), new byte[6])
                        .status())
                .isEqualTo(6);
        assertThat(rig.control(new SetupPacket(0, SetupPacket.SET_ISOCHRONOUS_DELAY, 40, 0, 0), new byte[0])
                        .status())
                .isZero();
    }

    @Test
    void aPortResetEndsEverything() {
        FakeRequest waiting = rig.in(512);
        rig.send(SubmissionQueueEntry.of(UsbOperation.PORT_RESET), Optional.empty());

        assertThat(waiting.status()).isEqualTo(Errno.EIO.status());
        assertThat(StickRig.bytes(rig.control(SetupPacket.getConfiguration(), new byte[1])))
                .containsExactly(0);

        rig.control(SetupPacket.setConfiguration(1), new byte[0]);
        assertThat(rig.plain(new Cdb.TestUnitReady()).status()).isZero();
    }

    private static String descriptor(StickRig stick, int type, int index) {
        FakeRequest answer = stick.control(SetupPacket.getDescriptor(type, index, 0, 255), new byte[255]);
        return answer.status() == STALL ? "stall" : HexFormat.of().formatHex(StickRig.bytes(answer));
    }

    private static long portStatus(StickRig stick) {
        return stick.send(SubmissionQueueEntry.of(UsbOperation.PORT_STATUS), Optional.empty())
                .extra();
    }
}
