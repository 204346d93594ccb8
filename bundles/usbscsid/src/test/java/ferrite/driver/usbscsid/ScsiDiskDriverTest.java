package ferrite.driver.usbscsid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.driver.usbscsid.FakeStick.Fault;
import ferrite.hw.scsi.Cdb;
import ferrite.hw.scsi.SenseData;
import ferrite.hw.scsi.SenseKey;
import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.ring.Opcode;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Stat;
import ferrite.testkit.TestSettings;
import ferrite.testkit.fake.FakeContext;
import ferrite.testkit.fake.FakeRequest;
import ferrite.testkit.fake.FakeSocket;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The whole driver against a stick behind xhcid's ring.
class ScsiDiskDriverTest {
    private static final String SCHEME = "disk.pci-00.04.00_xhci-port1_scsi";
    private static final int BLOCK = FakeStick.BLOCK;
    private static final long END = (long) BLOCK * FakeStick.BLOCKS;

    private final FakeStick stick = new FakeStick();
    private final FakeContext context = new FakeContext("test");
    private final TestSettings settings = TestSettings.of(Map.of(
            "scheme",
            "usb.x",
            "port",
            "1",
            "configuration",
            "1",
            "interface",
            "0",
            "alternate",
            "0",
            "name",
            "pci-00.04.00_xhci-port1"));
    private ScsiDiskDriver driver = new ScsiDiskDriver(context, settings);
    private long file;

    private void start() {
        context.server("usb.x", stick);
        driver.start();
        file = polled(disk().open("0", OpenFlags.RDWR)).status();
        stick.commands.clear();
    }

    private FakeSocket disk() {
        return context.socket(SCHEME);
    }

    private void poll() {
        int idle = 0;
        while (idle < 3) {
            idle = driver.poll(64) == 0 ? idle + 1 : 0;
        }
    }

    private FakeRequest polled(FakeRequest request) {
        poll();
        return request;
    }

    private BufferSlice buffer(int bytes) {
        return context.pool().acquire(bytes, 1);
    }

    private FakeRequest read(BufferSlice into, long offset) {
        return disk().ask(Opcode.PREAD, file, into, offset);
    }

    private FakeRequest write(BufferSlice from, long offset) {
        return disk().ask(Opcode.PWRITE, file, from, offset);
    }

    private FakeRequest sync() {
        return disk().ask(FakeRequest.of(Opcode.FSYNC).file(file));
    }

    private static long mismatch(BufferSlice slice, byte[] bytes, int from) {
        return slice.segment().mismatch(MemorySegment.ofArray(bytes).asSlice(from, slice.length()));
    }

    @Test
    void theDiskIsDescribed() {
        start();
        BufferSlice into = buffer(256);
        long info = polled(disk().open("info", OpenFlags.RDONLY)).status();
        long bytes = polled(disk().ask(Opcode.PREAD, info, into, 0)).status();
        assertThat(new String(into.segment().asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8))
                .isEqualTo("""
                    vendor = Maker
                    model = Disk
                    revision = 1.0
                    blocks = 8192
                    block_size = 512
                    """);
        assertThat(polled(disk().ask(Opcode.FSTAT, file, into, 0)).status()).isEqualTo(Stat.BYTES);
        assertThat(Stat.decode(into.segment(), 0)).isEqualTo(new Stat(END, BLOCK, Stat.MODE_BLOCK));
    }

    @Test
    void unitAttentionsAndSlowDisksAreWaitedFor() {
        stick.unitAttentions = 3;
        stick.notReadies = 5;
        start();
        assertThat(polled(read(buffer(BLOCK), 0)).status()).isEqualTo(BLOCK);
    }

    @Test
    void aStickWithoutMediumDoesNotStart() {
        context.server("usb.x", stick);
        stick.medium = false;
        assertThatThrownBy(driver::start).hasMessageContaining("ENXIO");
    }

    @Test
    void somethingElseThanADiskDoesNotStart() {
        context.server("usb.x", stick);
        stick.deviceType = 5;
        assertThatThrownBy(driver::start).hasMessageContaining("type 5, not a disk");
    }

    @Test
    void aLargeDiskIsAskedForItsCapacityAgainAndReadWith16() {
        stick.lastBlock = 1L << 33;
        start();
        FakeRequest request = polled(read(buffer(BLOCK), 1L << 42));
        assertThat(stick.commands.getFirst()).isEqualTo(new Cdb.Read16(1L << 33, 1, 0));
        assertThat(request.isLive()).isFalse();
    }

    @Test
    void readsFillTheClientsOwnBytes() {
        start();
        BufferSlice into = buffer(8 * BLOCK);
        assertThat(polled(read(into, 3 * BLOCK)).status()).isEqualTo(8 * BLOCK);
        assertThat(mismatch(into, stick.disk, 3 * BLOCK)).isEqualTo(-1);
    }

    @Test
    void largeReadsAreSplit() {
        start();
        BufferSlice into = buffer(5 << 19);
        assertThat(polled(read(into, BLOCK)).status()).isEqualTo(5 << 19);
        assertThat(mismatch(into, stick.disk, BLOCK)).isEqualTo(-1);
        assertThat(stick.commands)
                .containsExactly(
                        new Cdb.Read10(1, 2048, 0), new Cdb.Read10(2049, 2048, 0), new Cdb.Read10(4097, 1024, 0));
    }

    @Test
    void requestsAreCarriedOutInOrderAndSyncComesAfterTheWritesBeforeIt() {
        start();
        BufferSlice from = buffer(BLOCK);
        from.segment().fill((byte) 7);
        List<FakeRequest> requests = List.of(write(from, 0), write(from, 2 * BLOCK), sync(), read(buffer(BLOCK), 0));
        poll();
        assertThat(requests).allMatch(request -> request.errno().isEmpty());
        assertThat(stick.commands)
                .containsExactly(
                        new Cdb.Write10(0, 1, 0),
                        new Cdb.Write10(2, 1, 0),
                        new Cdb.SynchronizeCache10(0, 0, false),
                        new Cdb.Read10(0, 1, 0));
        assertThat(Arrays.copyOfRange(stick.disk, 2 * BLOCK, 3 * BLOCK)).containsOnly(7);
    }

    @Test
    void theEndOfTheDiskIsRespected() {
        start();
        assertThat(polled(read(buffer(BLOCK), END)).status()).isZero();
        assertThat(polled(read(buffer(4 * BLOCK), END - BLOCK)).status()).isEqualTo(BLOCK);
        assertThat(polled(write(buffer(BLOCK), END)).errno()).contains(Errno.ENOSPC);
        assertThat(polled(write(buffer(4 * BLOCK), END - BLOCK)).status()).isEqualTo(BLOCK);
    }

    @Test
    void badRequestsAreRefused() {
        start();
        assertThat(polled(read(buffer(BLOCK), 5)).errno()).contains(Errno.EINVAL);
        assertThat(polled(read(buffer(100), 0)).errno()).contains(Errno.EINVAL);
        assertThat(polled(read(buffer(BLOCK), -BLOCK)).errno()).contains(Errno.EINVAL);
        assertThat(polled(write(buffer(BLOCK), 5)).errno()).contains(Errno.EINVAL);
        assertThat(polled(read(buffer(BLOCK).restrict(Access.READ), 0)).errno()).contains(Errno.EACCES);
        assertThat(polled(read(buffer(BLOCK).slice(0, 0), 0)).status()).isZero();
        assertThat(polled(disk().ask(FakeRequest.of(Opcode.PREAD).file(file))).errno())
                .contains(Errno.EFAULT);
        assertThat(polled(disk().open("1", 0)).errno()).contains(Errno.ENOENT);
        assertThat(polled(disk().open("", OpenFlags.RDWR)).errno()).contains(Errno.EISDIR);
        assertThat(polled(disk().open("info", OpenFlags.RDWR)).errno()).contains(Errno.EACCES);
        assertThat(polled(disk().ask(FakeRequest.of(150).file(file))).errno()).contains(Errno.ENOSYS);
        long readOnly = polled(disk().open("0", OpenFlags.RDONLY)).status();
        assertThat(polled(disk().ask(Opcode.PWRITE, readOnly, buffer(BLOCK), 0)).errno())
                .contains(Errno.EBADF);
        assertThat(stick.commands).isEmpty();
    }

    @Test
    void aWriteProtectedDiskIsReadOnly() {
        stick.writeProtected = true;
        start();
        assertThat(polled(write(buffer(BLOCK), 0)).errno()).contains(Errno.EROFS);
        assertThat(polled(read(buffer(BLOCK), 0)).status()).isEqualTo(BLOCK);
        assertThat(polled(sync()).status()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "MEDIUM_ERROR, 0x11, EIO, EIO",
        "HARDWARE_ERROR, 0x44, EIO, EIO",
        "ILLEGAL_REQUEST, 0x21, EINVAL, ENOSPC",
        "ILLEGAL_REQUEST, 0x24, EINVAL, EINVAL",
        "ILLEGAL_REQUEST, 0x20, EOPNOTSUPP, EOPNOTSUPP",
        "DATA_PROTECT, 0x27, EROFS, EROFS",
        "NOT_READY, 0x3A, ENXIO, ENXIO",
        "NOT_READY, 0x05, EIO, EIO",
        "VOLUME_OVERFLOW, 0x00, ENOSPC, ENOSPC"
    })
    void senseDataBecomesAnError(SenseKey key, String code, Errno reading, Errno writing) {
        start();
        stick.nextSense.add(SenseData.of(key, Integer.decode(code), 0));
        assertThat(polled(read(buffer(BLOCK), 0)).errno()).contains(reading);
        stick.nextSense.add(SenseData.of(key, Integer.decode(code), 0));
        assertThat(polled(write(buffer(BLOCK), 0)).errno()).contains(writing);
        assertThat(stick.resets)
                .as("a check condition is no fault of the transport")
                .isEmpty();
        assertThat(polled(read(buffer(BLOCK), 0)).status()).isEqualTo(BLOCK);
    }

    @ParameterizedTest
    @EnumSource(names = {"UNIT_ATTENTION", "ABORTED_COMMAND"})
    void passingTroubleIsRepeatedABoundedNumberOfTimes(SenseKey key) {
        start();
        for (int i = 0; i < DiskQueue.RETRIES_MAX; i++) {
            stick.nextSense.add(SenseData.of(key, 0x29, 0));
        }
        assertThat(polled(read(buffer(BLOCK), 0)).status()).isEqualTo(BLOCK);
        for (int i = 0; i <= DiskQueue.RETRIES_MAX; i++) {
            stick.nextSense.add(SenseData.of(key, 0x29, 0));
        }
        assertThat(polled(read(buffer(BLOCK), 0)).errno()).contains(Errno.EIO);
        assertThat(polled(read(buffer(BLOCK), 0)).status()).isEqualTo(BLOCK);
    }

    @Test
    void becomingReadyIsWaitedFor() {
        start();
        stick.nextSense.add(SenseData.of(SenseKey.NOT_READY, 0x04, 0x01));
        FakeRequest request = polled(read(buffer(BLOCK), 0));
        assertThat(request.isLive()).isTrue();
        context.passTime(200_000_000);
        poll();
        assertThat(request.status()).isEqualTo(BLOCK);
    }

    @Test
    void aRecoveredWriteIsFine() {
        start();
        stick.nextSense.add(SenseData.of(SenseKey.RECOVERED_ERROR, 0x17, 0));
        BufferSlice from = buffer(BLOCK);
        assertThat(polled(write(from, 0)).status()).isEqualTo(BLOCK);
    }

    @Test
    void aDiskWithoutSynchronizeCacheHasNothingToSynchronize() {
        stick.knowsSync = false;
        start();
        assertThat(polled(sync()).status()).isZero();
    }

    @Test
    void aStallOfDataIsClearedAndTheStatusStillRead() {
        start();
        stick.fault = Fault.STALL_DATA;
        assertThat(polled(read(buffer(BLOCK), 0)).errno()).as("no data came").contains(Errno.EIO);
        assertThat(stick.resets).isEmpty();
        stick.fault = Fault.STALL_DATA;
        polled(write(buffer(BLOCK), 0));
        assertThat(stick.resets).isEmpty();
        assertThat(polled(read(buffer(BLOCK), 0)).status()).isEqualTo(BLOCK);
    }

    @Test
    void aStalledStatusIsReadOnceMore() {
        start();
        stick.fault = Fault.STALL_STATUS;
        assertThat(polled(read(buffer(BLOCK), 0)).status()).isEqualTo(BLOCK);
        assertThat(stick.resets).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "PHASE_ERROR",
                "WRONG_TAG",
                "WRONG_SIGNATURE",
                "RESIDUE_TOO_LARGE",
                "SHORT_STATUS",
                "STALL_COMMAND",
                "BUS_ERROR"
            })
    void aBrokenTransportIsResetAndAReadRepeatedOnce(Fault fault) {
        start();
        stick.fault = fault;
        assertThat(polled(read(buffer(BLOCK), 0)).status()).isEqualTo(BLOCK);
        assertThat(stick.resets).hasSize(1);
    }

    @Test
    void aBrokenWriteIsReportedAndNotRepeated() {
        start();
        stick.fault = Fault.PHASE_ERROR;
        assertThat(polled(write(buffer(BLOCK), 0)).errno()).contains(Errno.EIO);
        assertThat(stick.commands).hasSize(1);
        assertThat(polled(write(buffer(BLOCK), 0)).status()).isEqualTo(BLOCK);
    }

    @Test
    void aStatusThatStallsForEverEndsInAReset() {
        start();
        stick.fault = Fault.STALL_STATUS_ALWAYS;
        FakeRequest request = polled(write(buffer(BLOCK), 0));
        assertThat(request.errno()).contains(Errno.EIO);
        stick.fault = Fault.NONE;
        assertThat(polled(read(buffer(BLOCK), 0)).status()).isEqualTo(BLOCK);
    }

    @Test
    void aSilentDeviceTimesOutAndTheNextRequestWorks() {
        start();
        stick.fault = Fault.SILENCE;
        FakeRequest silent = polled(read(buffer(BLOCK), 0));
        assertThat(silent.isLive()).isTrue();
        context.passTime(31_000_000_000L);
        poll();
        assertThat(silent.errno()).contains(Errno.ETIMEDOUT);
        assertThat(stick.resets).hasSize(1);
        assertThat(polled(read(buffer(BLOCK), 0)).status()).isEqualTo(BLOCK);
    }

    @Test
    void fewerBytesThanAskedForAreAShortRead() {
        start();
        stick.fault = Fault.HALF;
        assertThat(polled(read(buffer(4 * BLOCK), 0)).status()).isEqualTo(2 * BLOCK);
    }

    @Test
    void anErrorInALaterPieceLeavesWhatIsDone() {
        start();
        stick.goodFirst = 1;
        stick.nextSense.add(SenseData.of(SenseKey.MEDIUM_ERROR, 0x11, 0));
        assertThat(polled(read(buffer(3 << 20), 0)).status()).isEqualTo(1 << 20);
        stick.nextSense.add(SenseData.of(SenseKey.MEDIUM_ERROR, 0x11, 0));
        assertThat(polled(read(buffer(1 << 20), 1 << 20)).errno()).contains(Errno.EIO);
    }

    @Test
    void aQueuedRequestIsTakenBackAndOneInWorkEnds() {
        start();
        stick.holds = true;
        FakeRequest working = read(buffer(BLOCK), 0);
        FakeRequest queued = read(buffer(BLOCK), BLOCK);
        poll();
        disk().cancel(queued);
        disk().cancel(working);
        poll();
        assertThat(queued.errno()).contains(Errno.ECANCELED);
        assertThat(working.isLive()).isTrue();
        stick.release();
        poll();
        assertThat(working.errno()).contains(Errno.ECANCELED);
        assertThat(polled(read(buffer(BLOCK), 0)).status()).isEqualTo(BLOCK);
    }

    @Test
    void unpluggingEndsTheDriver() {
        start();
        stick.holds = true;
        FakeRequest working = read(buffer(BLOCK), 0);
        FakeRequest queued = read(buffer(BLOCK), BLOCK);
        poll();
        stick.unplug();
        assertThatThrownBy(this::poll)
                .isInstanceOfSatisfying(
                        SchemeException.class, gone -> assertThat(gone.errno()).isEqualTo(Errno.ENODEV));
        assertThat(working.errno()).contains(Errno.ENODEV);
        assertThat(queued.errno()).contains(Errno.ENODEV);
    }

    @Test
    void unpluggingAnIdleDiskEndsTheDriverToo() {
        start();
        stick.unplug();
        assertThatThrownBy(this::poll).hasMessageContaining("unplugged");
    }

    @Test
    void theEndOfTheHostControllersDriverIsTheEndOfThisOne() {
        start();
        context.rings().getLast().breakDown();
        assertThatThrownBy(this::poll).hasMessageContaining("unplugged");
    }

    private void swap() {
        PluginState state = driver.save();
        driver = new ScsiDiskDriver(context, settings);
        driver.restore(state);
    }

    @Test
    void aCommandInWorkAndTheQueueGoOnAcrossASwap() {
        start();
        stick.holds = true;
        List<FakeRequest> requests = new ArrayList<>();
        List<BufferSlice> slices = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            BufferSlice into = buffer(3 << 19);
            slices.add(into);
            requests.add(read(into, (long) i * BLOCK));
        }
        poll();
        assertThat(driver.isQuiet()).isTrue();
        swap();
        poll();
        stick.release();
        for (int i = 0; i < 60; i++) {
            driver.poll(64);
            if (i % 7 == 0) {
                swap();
            }
        }
        for (int i = 0; i < 20; i++) {
            assertThat(requests.get(i).status()).isEqualTo(3 << 19);
            assertThat(mismatch(slices.get(i), stick.disk, i * BLOCK)).isEqualTo(-1);
        }
        assertThat(polled(disk().ask(Opcode.FSTAT, file, buffer(24), 0)).status())
                .isEqualTo(24);
    }

    @Test
    void senseIsStillFetchedAcrossASwap() {
        start();
        stick.nextSense.add(SenseData.of(SenseKey.MEDIUM_ERROR, 0x11, 0));
        stick.holds = true;
        FakeRequest request = polled(read(buffer(BLOCK), 0));
        swap();
        stick.release();
        swap();
        poll();
        assertThat(request.errno()).contains(Errno.EIO);
    }

    @Test
    void theIncumbentCanTakeItsOwnStateBack() {
        start();
        stick.holds = true;
        FakeRequest request = polled(read(buffer(BLOCK), 0));
        driver.restore(driver.save());
        stick.release();
        poll();
        assertThat(request.status()).isEqualTo(BLOCK);
    }

    /// A state with any bytes changed or cut either makes sense or is refused with an error of a scheme.
    @Test
    void hostileStatesAreRefused() {
        start();
        stick.holds = true;
        read(buffer(BLOCK), 0);
        read(buffer(BLOCK), BLOCK);
        poll();
        byte[] good = driver.save().bytes();
        long seed = Long.getLong("SEED", System.nanoTime());
        Random random = new Random(seed);
        for (int run = 0; run < 2000; run++) {
            byte[] bad = run % 3 == 0 ? new byte[random.nextInt(2 * good.length)] : good.clone();
            if (run % 3 == 0) {
                random.nextBytes(bad);
            } else if (run % 3 == 1) {
                bad = Arrays.copyOf(bad, random.nextInt(bad.length));
            } else {
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                new ScsiDiskDriver(context, settings).restore(new PluginState(1, bad));
            } catch (SchemeException refused) {
                assertThat(refused.errno())
                        .as("seed %d", seed)
                        .isIn(Errno.EBADMSG, Errno.EBADF, Errno.EINVAL, Errno.EFAULT);
            }
        }
        assertThatThrownBy(() -> driver.restore(new PluginState(2, good))).hasMessageContaining("EOPNOTSUPP");
    }
}
