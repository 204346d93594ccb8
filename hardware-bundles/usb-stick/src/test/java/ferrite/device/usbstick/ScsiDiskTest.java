package ferrite.device.usbstick;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.hw.scsi.Cdb;
import ferrite.hw.scsi.InquiryData;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Commands of SPC-4 and SBC-3 as a host sees them. Expected bytes are written out.
final class ScsiDiskTest {
    private StickRig rig;
    private Path image;

    @BeforeEach
    void plugIn(@TempDir Path folder) throws IOException {
        image = folder.resolve("disk.img");
        rig = StickRig.configured(folder, "vendor", "ACME", "model", "Model 7", "serial", "0123456789AB");
    }

    @AfterEach
    void pullOut() {
        rig.close();
    }

    @Test
    void inquiryTellsWhoTheStickIs() {
        byte[] data = rig.ask(new Cdb.Inquiry(false, 0, 36), 36);

        assertThat(hex(data)).startsWith("008006021f000000");
        assertThat(InquiryData.decode(MemorySegment.ofArray(data), 0))
                .extracting("vendor", "product", "revision")
                .containsExactly("ACME", "Model 7", "1.0");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 00000004008083b0",
        "128, 0080000c303132333435363738394142",
        "131, 0083001f0201001b41434d45202020204d6f64656c2037303132333435363738394142",
    })
    void vitalProductDataPages(int page, String expected) {
        assertThat(hex(rig.ask(new Cdb.Inquiry(true, page, 255), 255))).isEqualTo(expected);
    }

    @Test
    void blockLimitsPageTellsTheLongestTransfer() {
        byte[] data = rig.ask(new Cdb.Inquiry(true, 0xB0, 255), 255);

        assertThat(data).hasSize(64);
        assertThat(hex(data)).startsWith("00b0003c" + "00000001" + "0000ffff" + "00000800");
    }

    @ParameterizedTest
    @CsvSource({"true, 1", "false, 128"})
    void inquiryForAPageThatIsNotThereIsRefused(boolean evpd, int page) {
        rig.ask(new Cdb.Inquiry(evpd, page, 36), 36);

        assertThat(rig.sense()).isEqualTo("5/24/00");
    }

    @Test
    void anAnswerIsCutToTheAllocationLength() {
        assertThat(rig.ask(new Cdb.Inquiry(false, 0, 5), 5)).hasSize(5);
    }

    @Test
    void readCapacityTellsLastBlockAndBlockSize() {
        assertThat(hex(rig.ask(new Cdb.ReadCapacity10(), 8))).isEqualTo("0000003f00000200");
        assertThat(hex(rig.ask(new Cdb.ReadCapacity16(32), 32)))
                .isEqualTo("000000000000003f00000200" + "00".repeat(20));
    }

    @Test
    void modeSenseTellsCachingAndBlockDescriptor() {
        assertThat(hex(rig.ask(new Cdb.ModeSense6(false, 0, 0x3F, 0, 192), 192)))
                .isEqualTo("1f001008" + "0000004000000200" + "081204" + "00".repeat(17));
        assertThat(hex(rig.ask(new Cdb.ModeSense10(true, 0, 0x08, 0, 192), 192)))
                .isEqualTo("001a001000000000" + "081204" + "00".repeat(17));
    }

    @Test
    void changeableValuesAreNone() {
        assertThat(hex(rig.ask(new Cdb.ModeSense6(true, 1, 0x08, 0, 192), 192))).startsWith("17001000" + "081200");
    }

    @ParameterizedTest
    @CsvSource({"3, 8, 5/39/00", "0, 5, 5/24/00"})
    void modeSenseOfWhatIsNotThereIsRefused(int control, int page, String sense) {
        rig.ask(new Cdb.ModeSense6(false, control, page, 0, 192), 192);

        assertThat(rig.sense()).isEqualTo(sense);
    }

    @Test
    void reportLunsListsUnitZero() {
        assertThat(hex(rig.ask(new Cdb.ReportLuns(0, 16), 16))).isEqualTo("0000000800000000" + "00".repeat(8));
    }

    @Test
    void read16ReadsBlocks() {
        assertThat(rig.ask(new Cdb.Read16(63, 1, 0), 512)).isEqualTo(StickRig.pattern(63 * 512, 512));
    }

    @Test
    void write16WithForceUnitAccessWritesBlocks() {
        rig.command(new Cdb.Write16(5, 1, Cdb.FLAG_FORCE_UNIT_ACCESS), 512, false);
        rig.out(new byte[512]);

        assertThat(rig.status().status()).isZero();
        assertThat(rig.imageBytes()[5 * 512 + 9]).isZero();
    }

    @Test
    void aTransferOfNoBlocksSucceeds() {
        assertThat(rig.plain(new Cdb.Read10(64, 0, 0)).status()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"64, 1", "63, 2", "4294967295, 1"})
    void blocksOutOfRangeAreRefused(long block, int blocks) {
        rig.ask(new Cdb.Read10(block, blocks, 0), 512);
        assertThat(rig.sense()).isEqualTo("5/21/00");

        rig.plain(new Cdb.Verify10(block, blocks, 0));
        assertThat(rig.sense()).isEqualTo("5/21/00");
    }

    @ParameterizedTest
    @CsvSource({"-1, 1", "9223372036854775807, 4294967295", "64, 1"})
    void hugeBlockNumbersAreRefused(long block, long blocks) {
        rig.ask(new Cdb.Read16(block, blocks, 0), 512);

        assertThat(rig.sense()).isEqualTo("5/21/00");
    }

    @Test
    void protectionInformationIsRefused() {
        rig.ask(new Cdb.Read10(0, 1, 0x20), 512);

        assertThat(rig.sense()).isEqualTo("5/24/00");
    }

    @Test
    void verifyWithDataIsRefused() {
        rig.plain(new Cdb.Verify10(0, 1, 0x02));

        assertThat(rig.sense()).isEqualTo("5/24/00");
    }

    @Test
    void synchronizeCacheSucceeds() {
        assertThat(rig.plain(new Cdb.SynchronizeCache10(0, 0, false)).status()).isZero();
        assertThat(rig.plain(new Cdb.SynchronizeCache16(0, 0, false)).status()).isZero();
    }

    @Test
    void anUnknownCommandIsRefused() {
        assertThat(rig.plain(new Cdb.Unknown(0x04)).status()).isEqualTo(1);
        assertThat(rig.sense()).isEqualTo("5/20/00");
    }

    @Test
    void senseIsToldOnce() {
        rig.plain(new Cdb.Unknown(0x04));
        rig.sense();

        assertThat(rig.sense()).isEqualTo("0/00/00");
    }

    @Test
    void aStoppedUnitIsNotReady() {
        rig.plain(new Cdb.StartStopUnit(false, 0, false, false));
        assertThat(rig.plain(new Cdb.TestUnitReady()).status()).isEqualTo(1);
        assertThat(rig.sense()).isEqualTo("2/04/02");

        rig.plain(new Cdb.StartStopUnit(false, 0, false, true));
        assertThat(rig.plain(new Cdb.TestUnitReady()).status()).isZero();
    }

    @Test
    void anEjectedMediumIsNotPresent() {
        rig.plain(new Cdb.StartStopUnit(false, 0, true, false));

        rig.ask(new Cdb.Read10(0, 1, 0), 512);

        assertThat(rig.sense()).isEqualTo("2/3a/00");
    }

    @Test
    void removalCanBePrevented() {
        rig.plain(new Cdb.PreventAllowMediumRemoval(1));
        rig.plain(new Cdb.StartStopUnit(false, 0, true, false));
        assertThat(rig.sense()).isEqualTo("5/53/02");

        rig.plain(new Cdb.PreventAllowMediumRemoval(0));
        assertThat(rig.plain(new Cdb.StartStopUnit(false, 0, true, false)).status())
                .isZero();
    }

    @Test
    void anImageThatShrinksIsAMediumError() throws IOException {
        Files.write(image, new byte[512], StandardOpenOption.TRUNCATE_EXISTING);

        rig.command(new Cdb.Read10(10, 1, 0), 512, true);

        assertThat(rig.in(512).status()).isNegative();
        assertThat(rig.status()).extracting("residue", "status").containsExactly(512L, 1);
        assertThat(rig.sense()).isEqualTo("3/11/00");
    }

    @Test
    void anInterruptOfTheThreadDoesNotCloseTheImage() {
        Thread.currentThread().interrupt();
        byte[] data = rig.ask(new Cdb.Read10(0, 1, 0), 512);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(data).isEqualTo(StickRig.pattern(0, 512));
        assertThat(rig.plain(new Cdb.SynchronizeCache10(0, 0, false)).status()).isZero();
    }

    @Test
    void aReadOnlyStickRefusesWrites(@TempDir Path other) throws IOException {
        try (StickRig locked = StickRig.configured(other, "read_only", true)) {
            locked.command(new Cdb.Write10(0, 1, 0), 512, false);
            locked.out(new byte[512]);
            locked.clearHalt(StickRig.OUT);
            assertThat(locked.status()).extracting("residue", "status").containsExactly(512L, 1);
            assertThat(locked.sense()).isEqualTo("7/27/00");
            assertThat(hex(locked.ask(new Cdb.ModeSense6(true, 0, 0x3F, 0, 4), 4)))
                    .isEqualTo("17009000");
            assertThat(locked.plain(new Cdb.SynchronizeCache10(0, 0, false)).status())
                    .isZero();
        }
    }

    @Test
    void blocksMayHave4096Bytes(@TempDir Path other) throws IOException {
        try (StickRig large = StickRig.configured(other, "block_size", 4096)) {
            assertThat(hex(large.ask(new Cdb.ReadCapacity10(), 8))).isEqualTo("0000000700001000");
            assertThat(large.ask(new Cdb.Read10(7, 1, 0), 4096)).isEqualTo(StickRig.pattern(7 * 4096, 4096));
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void theSerialNumberIsThatOfTheUsbString() {
        byte[] page = rig.ask(new Cdb.Inquiry(true, 0x80, 255), 255);

        assertThat(new String(page, 4, 12, StandardCharsets.US_ASCII)).isEqualTo("0123456789AB");
    }
}
