package ferrite.driver.xhcid;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TransferSplitTest {
    @Test
    void aBufferThatCrossesABoundaryIsCutThere() {
        TransferSplit split = new TransferSplit(0x1_FFF0, 0x20, 1024);
        assertThat(split.trbs()).isEqualTo(2);
        assertThat(split.length(0)).isEqualTo(0x10);
        assertThat(split.addressOf(1)).isEqualTo(0x2_0000);
        assertThat(split.length(1)).isEqualTo(0x10);
    }

    @Test
    void noBytesAreOneTrb() {
        TransferSplit split = new TransferSplit(0, 0, 1024);
        assertThat(split.trbs()).isEqualTo(1);
        assertThat(split.length(0)).isZero();
        assertThat(split.addressOf(0)).isZero();
        assertThat(split.tdSize(0)).isZero();
    }

    @Test
    void tdSizeCountsThePacketsThatFollow() {
        TransferSplit split = new TransferSplit(0, 3 * 65_536, 1024);
        assertThat(split.tdSize(0)).as("128 packets, at most 31 can be said").isEqualTo(31);
        assertThat(split.tdSize(2)).as("the last").isZero();
        TransferSplit small = new TransferSplit(0xFC00, 2048, 512);
        assertThat(small.tdSize(0)).as("1024 of 2048 bytes are 2 of 4 packets").isEqualTo(2);
    }

    @Test
    void piecesCoverTheBufferExactly() {
        long seed = Long.getLong("SEED", System.nanoTime());
        Random random = new Random(seed);
        for (int run = 0; run < 1000; run++) {
            long address = random.nextLong(1L << 40);
            long bytes = random.nextInt(1 << random.nextInt(23)) + 1L;
            TransferSplit split = new TransferSplit(address, bytes, 512);
            long at = address;
            for (int i = 0; i < split.trbs(); i++) {
                assertThat(split.addressOf(i)).as("seed %d", seed).isEqualTo(at);
                assertThat(split.length(i)).as("seed %d", seed).isBetween(1, 65_536);
                assertThat(at >>> 16).as("seed %d", seed).isEqualTo(at + split.length(i) - 1 >>> 16);
                at += split.length(i);
            }
            assertThat(at).as("seed %d", seed).isEqualTo(address + bytes);
            assertThat(split.trbs()).as("seed %d", seed).isLessThanOrEqualTo(TransferSplit.trbsAtMost(bytes));
        }
    }
}
