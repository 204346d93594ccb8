package ferrite.hw.usb.storage;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.hw.scsi.Cdb;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

final class CommandWrapperTest {
    private static final CommandBlockWrapper READ =
            CommandBlockWrapper.of(7, 4096, true, 0, new Cdb.Read10(2048, 8, 0));

    @Test
    void wrapperOfACommandIsValidAndMeaningful() {
        assertThat(READ.isValid(31)).isTrue();
        assertThat(READ.isMeaningful(0)).isTrue();
        assertThat(READ.cdb()).isEqualTo(new Cdb.Read10(2048, 8, 0));
    }

    @Test
    void shortPacketIsNoCommand() {
        assertThat(READ.isValid(30)).isFalse();
    }

    @Test
    void reservedFlagOrAbsentUnitIsNotMeaningful() {
        CommandBlockWrapper reserved = new CommandBlockWrapper(READ.signature(), 7, 0, 0x81, 0, 10, READ.command());
        CommandBlockWrapper absent = new CommandBlockWrapper(READ.signature(), 7, 0, 0x80, 1, 10, READ.command());
        CommandBlockWrapper tooLong = new CommandBlockWrapper(READ.signature(), 7, 0, 0x80, 0, 17, READ.command());

        assertThat(reserved.isMeaningful(0)).isFalse();
        assertThat(absent.isMeaningful(0)).isFalse();
        assertThat(tooLong.isMeaningful(0)).isFalse();
    }

    @Test
    void encodeCommandWritesWhatTheRecordDoes() {
        MemorySegment segment = MemorySegment.ofArray(new byte[CommandBlockWrapper.BYTES]);

        CommandBlockWrapper.encodeCommand(segment, 0, 7, 4096, true, new Cdb.Read10(2048, 8, 0));

        assertThat(CommandBlockWrapper.decode(segment, 0)).isEqualTo(READ);
    }

    @Test
    void statusWithResidueAboveTheTransferIsNotMeaningful() {
        assertThat(CommandStatusWrapper.of(7, 513, 0).isMeaningful(512)).isFalse();
        assertThat(CommandStatusWrapper.of(7, 513, 2).isMeaningful(512)).isTrue();
        assertThat(CommandStatusWrapper.of(7, 0, 3).isMeaningful(512)).isFalse();
    }

    @Test
    void statusOfAnotherTagIsNotValid() {
        assertThat(CommandStatusWrapper.of(7, 0, 0).isValid(13, 8)).isFalse();
    }
}
