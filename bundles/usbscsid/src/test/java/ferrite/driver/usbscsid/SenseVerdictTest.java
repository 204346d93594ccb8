package ferrite.driver.usbscsid;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.hw.scsi.SenseData;
import ferrite.hw.scsi.SenseKey;
import ferrite.spi.error.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SenseVerdictTest {
    @ParameterizedTest
    @EnumSource
    void everyKeyHasAVerdictForEveryCode(SenseKey key) {
        for (int asc = 0; asc < 256; asc++) {
            assertThat(SenseVerdict.of(SenseData.of(key, asc, 0), true)).isNotNull();
        }
    }

    @Test
    void becomingReadyIsTriedAgainAndAMissingMediumIsNot() {
        assertThat(SenseVerdict.of(SenseData.of(SenseKey.NOT_READY, 0x04, 0x01), false))
                .isEqualTo(new SenseVerdict.Again(Errno.EAGAIN));
        assertThat(SenseVerdict.of(SenseData.of(SenseKey.NOT_READY, 0x3A, 0x00), false))
                .isEqualTo(new SenseVerdict.Fails(Errno.ENXIO));
    }

    @Test
    void aFailureWithoutAReasonIsFine() {
        assertThat(SenseVerdict.of(SenseData.of(SenseKey.NO_SENSE, 0, 0), false))
                .isEqualTo(new SenseVerdict.Fine());
    }
}
