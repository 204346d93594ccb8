package ferrite.device.usbstick;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.hw.scsi.Cdb;
import ferrite.hw.usb.storage.CommandBlockWrapper;
import ferrite.hw.usb.storage.CommandStatusWrapper;
import ferrite.spi.error.Errno;
import ferrite.testkit.fake.FakeRequest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// BOT 1.0 §6.7, the thirteen cases, and §6.6.
final class BulkOnlyTransportTest {
    private static final long STALL = Errno.EPIPE.status();
    private static final int BLOCK = 512;

    private StickRig rig;

    @BeforeEach
    void plugIn(@TempDir Path folder) throws IOException {
        rig = StickRig.configured(folder);
    }

    @AfterEach
    void pullOut() {
        rig.close();
    }

    @Test
    void case1HostAndDeviceExpectNothing() {
        rig.command(new Cdb.TestUnitReady(), 0, false);

        assertThat(rig.status()).extracting("residue", "status").containsExactly(0L, 0);
    }

    @Test
    void case2HostExpectsNothingDeviceWantsToSend() {
        rig.command(new Cdb.Read10(0, 1, 0), 0, true);

        assertThat(rig.status().status()).isEqualTo(CommandStatusWrapper.STATUS_PHASE_ERROR);
    }

    @Test
    void case3HostExpectsNothingDeviceWantsToReceive() {
        rig.command(new Cdb.Write10(0, 1, 0), 0, false);

        assertThat(rig.status().status()).isEqualTo(CommandStatusWrapper.STATUS_PHASE_ERROR);
    }

    @Test
    void case4HostWantsDataDeviceHasNone() {
        rig.command(new Cdb.TestUnitReady(), BLOCK, true);

        assertThat(rig.in(BLOCK).status()).isEqualTo(STALL);
        rig.clearHalt(StickRig.IN);
        assertThat(rig.status()).extracting("residue", "status").containsExactly(512L, 0);
    }

    @Test
    void case5HostWantsMoreThanDeviceHas() {
        rig.command(new Cdb.Read10(0, 1, 0), 3 * BLOCK, true);

        assertThat(rig.in(3 * BLOCK).status()).isEqualTo(BLOCK);
        assertThat(rig.in(CommandStatusWrapper.BYTES).status()).isEqualTo(STALL);
        rig.clearHalt(StickRig.IN);
        assertThat(rig.status()).extracting("residue", "status").containsExactly(1024L, 0);
    }

    @Test
    void case6HostWantsWhatDeviceHas() {
        rig.command(new Cdb.Read10(2, 2, 0), 2 * BLOCK, true);

        assertThat(StickRig.bytes(rig.in(2 * BLOCK))).isEqualTo(StickRig.pattern(1024, 1024));
        assertThat(rig.status()).extracting("residue", "status").containsExactly(0L, 0);
    }

    @Test
    void case7HostWantsLessThanDeviceHas() {
        rig.command(new Cdb.Read10(0, 2, 0), BLOCK, true);

        assertThat(rig.in(BLOCK).status()).isEqualTo(BLOCK);
        assertThat(rig.status().status()).isEqualTo(CommandStatusWrapper.STATUS_PHASE_ERROR);
    }

    @Test
    void case8HostWantsToReceiveDeviceToo() {
        rig.command(new Cdb.Write10(0, 1, 0), BLOCK, true);

        assertThat(rig.in(BLOCK).status()).isEqualTo(STALL);
        rig.clearHalt(StickRig.IN);
        assertThat(rig.status()).extracting("residue", "status").containsExactly(512L, 2);
    }

    @Test
    void case9HostSendsDeviceWantsNothing() {
        rig.command(new Cdb.TestUnitReady(), BLOCK, false);

        assertThat(rig.out(new byte[BLOCK]).status()).isEqualTo(STALL);
        rig.clearHalt(StickRig.OUT);
        assertThat(rig.status()).extracting("residue", "status").containsExactly(512L, 0);
    }

    @Test
    void case10HostSendsDeviceSendsToo() {
        rig.command(new Cdb.Read10(0, 1, 0), BLOCK, false);

        assertThat(rig.out(new byte[BLOCK]).status()).isEqualTo(STALL);
        rig.clearHalt(StickRig.OUT);
        assertThat(rig.status()).extracting("residue", "status").containsExactly(512L, 2);
    }

    @Test
    void case11HostSendsMoreThanDeviceWants() {
        rig.command(new Cdb.Write10(0, 1, 0), 3 * BLOCK, false);

        assertThat(rig.out(filled(BLOCK)).status()).isEqualTo(BLOCK);
        assertThat(rig.out(filled(2 * BLOCK)).status()).isEqualTo(STALL);
        rig.clearHalt(StickRig.OUT);
        assertThat(rig.status()).extracting("residue", "status").containsExactly(1024L, 0);
        assertThat(Arrays.copyOf(rig.imageBytes(), BLOCK)).isEqualTo(filled(BLOCK));
        assertThat(rig.imageBytes()[BLOCK]).isEqualTo((byte) (1 + 512 % 251));
    }

    @Test
    void case12HostSendsWhatDeviceWants() {
        rig.command(new Cdb.Write10(1, 2, 0), 2 * BLOCK, false);

        assertThat(rig.out(filled(2 * BLOCK)).status()).isEqualTo(2 * BLOCK);
        assertThat(rig.status()).extracting("residue", "status").containsExactly(0L, 0);
        assertThat(Arrays.copyOfRange(rig.imageBytes(), BLOCK, 3 * BLOCK)).isEqualTo(filled(2 * BLOCK));
    }

    @Test
    void case13HostSendsLessThanDeviceWants() {
        byte[] before = rig.imageBytes();
        rig.command(new Cdb.Write10(0, 2, 0), BLOCK, false);

        assertThat(rig.out(filled(BLOCK)).status()).isEqualTo(STALL);
        rig.clearHalt(StickRig.OUT);
        assertThat(rig.status().status()).isEqualTo(CommandStatusWrapper.STATUS_PHASE_ERROR);
        assertThat(rig.imageBytes()).isEqualTo(before);
    }

    @Test
    void dataMayComeInPiecesOfAnySize() {
        rig.command(new Cdb.Write10(0, 2, 0), 2 * BLOCK, false);

        for (int piece : new int[] {1, 500, 23, 500}) {
            assertThat(rig.out(filled(piece)).status()).isEqualTo(piece);
        }
        assertThat(rig.status().status()).isZero();
        assertThat(Arrays.copyOf(rig.imageBytes(), 2 * BLOCK)).isEqualTo(filled(2 * BLOCK));
    }

    @Test
    void dataMayBeFetchedInPiecesOfAnySize() {
        rig.command(new Cdb.Read10(0, 2, 0), 2 * BLOCK, true);

        assertThat(StickRig.bytes(rig.in(1000))).isEqualTo(StickRig.pattern(0, 1000));
        assertThat(StickRig.bytes(rig.in(24))).isEqualTo(StickRig.pattern(1000, 24));
        assertThat(rig.status().status()).isZero();
    }

    @Test
    void packetsThatAreAskedForTooEarlyWait() {
        FakeRequest data = rig.in(BLOCK);
        FakeRequest status = rig.in(CommandStatusWrapper.BYTES);
        assertThat(data.isLive()).isTrue();

        rig.command(new Cdb.Read10(0, 1, 0), BLOCK, true);

        assertThat(data.status()).isEqualTo(BLOCK);
        assertThat(status.status()).isEqualTo(CommandStatusWrapper.BYTES);
    }

    @Test
    void aSecondCommandWaitsForTheStatusOfTheFirst() {
        rig.command(new Cdb.TestUnitReady(), 0, false);
        FakeRequest second = rig.out(wrapper(new Cdb.TestUnitReady()));
        assertThat(second.isLive()).isTrue();

        rig.status();

        assertThat(second.status()).isEqualTo(CommandBlockWrapper.BYTES);
    }

    @Test
    void aWaitingPacketCanBeCancelled() {
        FakeRequest waiting = rig.in(BLOCK);

        rig.context().socket("hw.stick0").cancel(waiting);
        rig.stick().poll(1);

        assertThat(waiting.status()).isEqualTo(Errno.ECANCELED.status());
    }

    @Test
    void packetsBehindAStallStallToo() {
        FakeRequest data = rig.in(BLOCK);
        FakeRequest status = rig.in(CommandStatusWrapper.BYTES);

        rig.command(new Cdb.TestUnitReady(), BLOCK, true);

        assertThat(data.status()).isEqualTo(STALL);
        assertThat(status.status()).isEqualTo(STALL);
    }

    @Test
    void aWrapperOfTheWrongSizeHaltsBothEndpoints() {
        rig.out(Arrays.copyOf(wrapper(new Cdb.TestUnitReady()), 30));

        assertThatBothStall();
    }

    @Test
    void aWrapperWithAWrongSignatureHaltsBothEndpoints() {
        byte[] wrapper = wrapper(new Cdb.TestUnitReady());
        wrapper[0] ^= 1;
        rig.out(wrapper);

        assertThatBothStall();
    }

    @Test
    void aWrapperForAnotherUnitHaltsBothEndpoints() {
        byte[] wrapper = wrapper(new Cdb.TestUnitReady());
        wrapper[CommandBlockWrapper.LUN] = 1;
        rig.out(wrapper);

        assertThatBothStall();
    }

    @Test
    void clearingTheHaltsDoesNotHelpAfterABadWrapper() {
        rig.out(new byte[31]);

        rig.clearHalt(StickRig.IN);
        rig.clearHalt(StickRig.OUT);

        assertThatBothStall();
    }

    @Test
    void resetRecoveryHelpsAfterABadWrapper() {
        rig.out(new byte[31]);

        rig.resetTransport();
        rig.clearHalt(StickRig.IN);
        rig.clearHalt(StickRig.OUT);

        assertThat(rig.plain(new Cdb.TestUnitReady()).status()).isZero();
    }

    @Test
    void resetRecoveryEndsADataPhase() {
        rig.command(new Cdb.Write10(0, 4, 0), 4 * BLOCK, false);
        rig.out(filled(BLOCK));

        rig.resetTransport();

        assertThat(rig.plain(new Cdb.TestUnitReady()).status()).isZero();
    }

    @Test
    void moreDataThanAnnouncedHaltsBothEndpoints() {
        rig.command(new Cdb.Write10(0, 1, 0), BLOCK, false);

        assertThat(rig.out(filled(BLOCK + 1)).status()).isEqualTo(STALL);
        assertThatBothStall();
    }

    @Test
    void theStatusBytesAreThoseOfTheSpecification() {
        byte[] wrapper = wrapper(new Cdb.TestUnitReady());
        wrapper[4] = 0x78;
        wrapper[5] = 0x56;
        wrapper[6] = 0x34;
        wrapper[7] = 0x12;
        rig.out(wrapper);

        assertThat(StickRig.bytes(rig.in(13)))
                .containsExactly(0x55, 0x53, 0x42, 0x53, 0x78, 0x56, 0x34, 0x12, 0, 0, 0, 0, 0);
    }

    private void assertThatBothStall() {
        assertThat(rig.in(CommandStatusWrapper.BYTES).status()).isEqualTo(STALL);
        assertThat(rig.out(wrapper(new Cdb.TestUnitReady())).status()).isEqualTo(STALL);
    }

    private static byte[] wrapper(Cdb cdb) {
        byte[] wrapper = new byte[CommandBlockWrapper.BYTES];
        CommandBlockWrapper.encodeCommand(MemorySegment.ofArray(wrapper), 0, 7, 0, false, cdb);
        return wrapper;
    }

    private static byte[] filled(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 0xA5);
        return bytes;
    }
}
