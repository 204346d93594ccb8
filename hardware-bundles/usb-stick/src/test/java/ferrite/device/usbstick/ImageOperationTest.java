package ferrite.device.usbstick;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.hw.scsi.Cdb;
import ferrite.hw.usb.SetupPacket;
import ferrite.hw.usb.storage.CommandBlockWrapper;
import ferrite.hw.usb.storage.CommandStatusWrapper;
import ferrite.spi.error.Errno;
import ferrite.testkit.fake.FakeRequest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Packets whose bytes the image moves later, in any order, in parts, or not at all.
final class ImageOperationTest {
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
    void allPacketsOfACommandAreReadAtOnceAndAnsweredInOrder() {
        rig.files().hold(true);
        rig.command(new Cdb.Read10(0, 16, 0), 16 * BLOCK, true);
        List<FakeRequest> packets = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            packets.add(rig.in(BLOCK));
        }
        FakeRequest status = rig.in(CommandStatusWrapper.BYTES);
        assertThat(rig.files().held()).hasSize(16);

        for (int i = 15; i > 0; i--) {
            rig.files().release(i);
            rig.settle();
        }
        assertThat(packets).allMatch(FakeRequest::isLive);
        rig.files().release(0);
        rig.settle();

        for (int i = 0; i < 16; i++) {
            assertThat(StickRig.bytes(packets.get(i))).isEqualTo(StickRig.pattern(i * BLOCK, BLOCK));
        }
        assertThat(status.status()).isEqualTo(CommandStatusWrapper.BYTES);
    }

    @Test
    void aStatusWaitsForTheLastWrite() {
        rig.files().hold(true);
        rig.command(new Cdb.Write10(0, 2, 0), 2 * BLOCK, false);
        FakeRequest first = rig.out(new byte[BLOCK]);
        FakeRequest second = rig.out(new byte[BLOCK]);
        FakeRequest status = rig.in(CommandStatusWrapper.BYTES);
        rig.files().release(1);
        rig.settle();
        assertThat(List.of(first, second, status)).allMatch(FakeRequest::isLive);

        rig.files().release(0);
        rig.settle();

        assertThat(first.status()).isEqualTo(BLOCK);
        assertThat(second.status()).isEqualTo(BLOCK);
        assertThat(status.status()).isEqualTo(CommandStatusWrapper.BYTES);
    }

    @Test
    void synchronizeCacheAnswersAfterTheSyncOfWhatWasWritten() {
        rig.command(new Cdb.Write10(3, 1, 0), BLOCK, false);
        rig.out(new byte[BLOCK]);
        rig.status();
        rig.files().hold(true);
        rig.command(new Cdb.SynchronizeCache10(0, 0, false), 0, false);
        FakeRequest status = rig.in(CommandStatusWrapper.BYTES);
        assertThat(status.isLive()).isTrue();
        assertThat(rig.files().held()).hasSize(1);

        rig.files().release(0);
        rig.settle();

        assertThat(status.status()).isEqualTo(CommandStatusWrapper.BYTES);
        assertThat(rig.files().log()).containsExactly("PWRITE 1536+512", "FSYNC");
    }

    @Test
    void forceUnitAccessSyncsAfterTheWritesAndBeforeTheStatus() {
        rig.files().hold(true);
        rig.command(new Cdb.Write10(0, 2, Cdb.FLAG_FORCE_UNIT_ACCESS), 2 * BLOCK, false);
        FakeRequest first = rig.out(new byte[BLOCK]);
        FakeRequest second = rig.out(new byte[BLOCK]);
        FakeRequest status = rig.in(CommandStatusWrapper.BYTES);
        rig.files().release(0);
        rig.files().release(0);
        rig.settle();
        assertThat(first.status()).isEqualTo(BLOCK);
        assertThat(second.status()).isEqualTo(BLOCK);
        assertThat(status.isLive()).isTrue();

        rig.files().release(0);
        rig.settle();

        assertThat(status.status()).isEqualTo(CommandStatusWrapper.BYTES);
        assertThat(rig.files().log()).containsExactly("PWRITE 0+512", "PWRITE 512+512", "FSYNC");
    }

    @Test
    void aSyncThatFailsFailsTheCommand() {
        rig.files().fail(Errno.EIO.status());
        assertThat(rig.plain(new Cdb.SynchronizeCache10(0, 0, false)).status())
                .isEqualTo(CommandStatusWrapper.STATUS_FAILED);
        rig.files().fail(0);
        assertThat(rig.sense()).isEqualTo("3/0c/00");
    }

    @Test
    void aReadThatFailsStallsItsPacketAndThoseBehindIt() {
        rig.files().hold(true);
        rig.command(new Cdb.Read10(0, 3, 0), 3 * BLOCK, true);
        List<FakeRequest> packets = List.of(rig.in(BLOCK), rig.in(BLOCK), rig.in(BLOCK));
        rig.files().release(2);
        rig.files().release(0);
        rig.files().fail(Errno.EIO.status());
        rig.files().release(0);
        rig.settle();
        rig.files().fail(0);
        rig.files().hold(false);

        assertThat(packets.get(0).status()).isEqualTo(BLOCK);
        assertThat(packets.get(1).status()).isEqualTo(STALL);
        assertThat(packets.get(2).status()).isEqualTo(STALL);
        rig.clearHalt(StickRig.IN);
        assertThat(rig.status()).extracting("residue", "status").containsExactly(2L * BLOCK, 1);
        assertThat(rig.sense()).isEqualTo("3/11/00");
    }

    @Test
    void aWriteThatFailsStallsAndFailsTheCommand() {
        rig.command(new Cdb.Write10(0, 2, 0), 2 * BLOCK, false);
        rig.files().fail(Errno.ENOSPC.status());
        assertThat(rig.out(new byte[BLOCK]).status()).isEqualTo(STALL);
        rig.files().fail(0);
        rig.clearHalt(StickRig.OUT);
        assertThat(rig.status()).extracting("residue", "status").containsExactly(2L * BLOCK, 1);
        assertThat(rig.sense()).isEqualTo("3/0c/00");
    }

    @Test
    void shortCountsAreCompleted() {
        rig.files().bytesMax(100);
        assertThat(rig.ask(new Cdb.Read10(1, 2, 0), 1024)).isEqualTo(StickRig.pattern(512, 1024));
        rig.command(new Cdb.Write10(0, 1, 0), BLOCK, false);
        assertThat(rig.out(new byte[BLOCK]).status()).isEqualTo(BLOCK);
        rig.status();
        assertThat(Arrays.copyOf(rig.imageBytes(), BLOCK)).containsOnly(0);
    }

    @Test
    void anImageThatHasShrunkIsAReadError() {
        rig.files().bytesMax(0);
        rig.command(new Cdb.Read10(0, 1, 0), BLOCK, true);
        assertThat(rig.in(BLOCK).status()).isEqualTo(STALL);
    }

    @Test
    void afterAResetTheNextCommandWaitsForWhatIsStillInWork() {
        rig.files().hold(true);
        rig.command(new Cdb.Write10(0, 1, 0), BLOCK, false);
        FakeRequest write = rig.out(new byte[BLOCK]);
        rig.resetTransport();
        FakeRequest next = rig.out(commandBytes());
        assertThat(write.isLive()).isTrue();
        assertThat(next.isLive()).isTrue();

        rig.files().release(0);
        rig.settle();

        assertThat(write.status()).isEqualTo(Errno.EIO.status());
        assertThat(next.status()).isEqualTo(31);
    }

    @Test
    void deconfiguringEndsWhatIsInWorkWithoutTouchingWhatComesAfter() {
        rig.files().hold(true);
        rig.command(new Cdb.Read10(0, 1, 0), BLOCK, true);
        FakeRequest read = rig.in(BLOCK);
        rig.control(SetupPacket.setConfiguration(0), new byte[0]);
        rig.control(SetupPacket.setConfiguration(1), new byte[0]);
        rig.files().release(0);
        rig.settle();
        rig.files().hold(false);

        assertThat(read.status()).isEqualTo(Errno.EIO.status());
        assertThat(rig.ask(new Cdb.Read10(2, 1, 0), BLOCK)).isEqualTo(StickRig.pattern(1024, BLOCK));
    }

    @Test
    void itIsQuietWhenTheImageHasNothingInWorkAndGoesOnAfterASwap() {
        rig.files().hold(true);
        rig.command(new Cdb.Read10(0, 2, 0), 2 * BLOCK, true);
        FakeRequest first = rig.in(BLOCK);
        assertThat(rig.stick().isQuiet()).isFalse();
        rig.files().release(0);
        rig.settle();
        assertThat(rig.stick().isQuiet()).isTrue();

        rig.swap();
        rig.files().hold(false);

        assertThat(StickRig.bytes(first)).isEqualTo(StickRig.pattern(0, BLOCK));
        assertThat(StickRig.bytes(rig.in(BLOCK))).isEqualTo(StickRig.pattern(BLOCK, BLOCK));
        assertThat(rig.status().status()).isZero();
    }

    @Test
    void aFullRingOnlyDelays() {
        rig.command(new Cdb.Read10(0, 2, 0), 2 * BLOCK, true);
        rig.context().kernel().room(1);
        FakeRequest first = rig.in(BLOCK);
        FakeRequest second = rig.in(BLOCK);
        assertThat(first.status()).isEqualTo(BLOCK);
        assertThat(second.isLive()).isTrue();
        rig.context().kernel().room(Integer.MAX_VALUE);
        rig.stick().poll(1);
        rig.settle();
        assertThat(second.status()).isEqualTo(BLOCK);
    }

    @Test
    void randomOrdersGiveTheBytesOfTheImage() {
        long seed = Long.getLong("SEED", System.nanoTime());
        System.out.println("SEED=" + seed);
        Random random = new Random(seed);
        byte[] model = rig.imageBytes();
        rig.files().hold(true);
        for (int round = 0; round < 200; round++) {
            int block = random.nextInt(StickRig.BLOCKS - 8);
            int blocks = 1 + random.nextInt(8);
            boolean read = random.nextBoolean();
            int bytes = blocks * BLOCK;
            byte[] data = new byte[bytes];
            random.nextBytes(data);
            rig.command(
                    read
                            ? new Cdb.Read10(block, blocks, 0)
                            : new Cdb.Write10(block, blocks, random.nextBoolean() ? Cdb.FLAG_FORCE_UNIT_ACCESS : 0),
                    bytes,
                    read);
            List<FakeRequest> packets = new ArrayList<>();
            for (int at = 0; at < bytes; ) {
                int size = Math.min(bytes - at, 1 + random.nextInt(1500));
                packets.add(read ? rig.in(size) : rig.out(Arrays.copyOfRange(data, at, at + size)));
                at += size;
            }
            FakeRequest status = rig.in(CommandStatusWrapper.BYTES);
            while (status.isLive()) {
                Collections.shuffle(rig.files().held(), random);
                rig.files().release(0);
                rig.settle();
            }
            int at = block * BLOCK;
            for (FakeRequest packet : packets) {
                int length = (int) packet.buffer().length();
                assertThat(packet.status()).as("seed %d round %d", seed, round).isEqualTo(length);
                if (read) {
                    assertThat(StickRig.bytes(packet))
                            .as("seed %d round %d", seed, round)
                            .isEqualTo(Arrays.copyOfRange(model, at, at + length));
                }
                at += length;
            }
            if (!read) {
                System.arraycopy(data, 0, model, block * BLOCK, bytes);
            }
        }
        assertThat(rig.imageBytes()).isEqualTo(model);
    }

    private static byte[] commandBytes() {
        byte[] wrapper = new byte[31];
        CommandBlockWrapper.encodeCommand(MemorySegment.ofArray(wrapper), 0, 7, 0, false, new Cdb.TestUnitReady());
        return wrapper;
    }
}
