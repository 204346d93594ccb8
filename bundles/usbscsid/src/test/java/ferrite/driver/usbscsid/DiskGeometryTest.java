package ferrite.driver.usbscsid;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.hw.scsi.Cdb;
import org.junit.jupiter.api.Test;

class DiskGeometryTest {
    private static DiskGeometry disk(long blocks, int blockBytes) {
        return new DiskGeometry(blocks, blockBytes, false, "", "", "");
    }

    @Test
    void theShorterCommandIsUsedWhileItCanSayTheRange() {
        DiskGeometry disk = disk(1L << 40, 512);
        assertThat(disk.transfer(false, (1L << 32) - 8, 8)).isEqualTo(new Cdb.Read10((1L << 32) - 8, 8, 0));
        assertThat(disk.transfer(false, (1L << 32) - 7, 8)).isEqualTo(new Cdb.Read16((1L << 32) - 7, 8, 0));
        assertThat(disk.transfer(true, 0, 65_535)).isEqualTo(new Cdb.Write10(0, 65_535, 0));
        assertThat(disk.transfer(true, 0, 65_536)).isEqualTo(new Cdb.Write16(0, 65_536, 0));
    }

    @Test
    void senselessDisksAreKnown() {
        assertThat(disk(1, 512).isSensible()).isTrue();
        assertThat(disk(1, 4096).isSensible()).isTrue();
        assertThat(disk(0, 512).isSensible()).isFalse();
        assertThat(disk(1, 520).isSensible()).isFalse();
        assertThat(disk(1, 0).isSensible()).isFalse();
        assertThat(disk(Long.MAX_VALUE / 256, 512).isSensible()).isFalse();
        assertThat(disk(-1, 512).isSensible()).isFalse();
    }
}
