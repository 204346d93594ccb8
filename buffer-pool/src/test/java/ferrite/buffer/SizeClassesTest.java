package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SizeClassesTest {
    @Test
    void theTableInTheDocIsTrue() {
        assertThat(SizeClasses.classOf(1)).isEqualTo(1);
        assertThat(SizeClasses.classOf(63)).isEqualTo(63);
        assertThat(SizeClasses.classOf(64)).isEqualTo(64);
        assertThat(SizeClasses.classOf(65)).isEqualTo(64);
        assertThat(SizeClasses.classOf(127)).isEqualTo(95);
        assertThat(SizeClasses.classOf(128)).isEqualTo(96);
        assertThat(SizeClasses.classOf(255)).isEqualTo(127);
    }

    @Test
    void classesRiseWithTheSize() {
        for (int size = 1; size < 1 << 20; size++) {
            assertThat(SizeClasses.classOf(size + 1) - SizeClasses.classOf(size))
                    .isBetween(0, 1);
        }
    }

    @Test
    void everyBlockOfTheClassForSureIsLargeEnough() {
        for (int size = 1; size < 1 << 16; size++) {
            int sure = SizeClasses.surelyLargeEnough(size);
            assertThat(SizeClasses.classOf(size - 1)).isLessThan(sure); // nothing smaller stands there
            assertThat(sure - SizeClasses.classOf(size)).isBetween(0, 1);
        }
    }

    @Test
    void theLargestSizesHaveAClass() {
        assertThat(SizeClasses.classOf(SizeClasses.SIZE_MAX)).isEqualTo(832);
        assertThat(SizeClasses.surelyLargeEnough(SizeClasses.SIZE_MAX + (1 << 24)))
                .isLessThan(864);
    }

    @Test
    void filledClassesAreFoundAcrossLevels() {
        BlockTable blocks = new BlockTable();
        SizeClasses free = new SizeClasses(blocks);
        assertThat(free.filledFrom(0)).isEqualTo(SizeClasses.NO_CLASS);
        int small = blocks.add(0, 0, 31);
        int large = blocks.add(0, 31, SizeClasses.SIZE_MAX);
        free.add(small);
        free.add(large);

        assertThat(free.filledFrom(1)).isEqualTo(31);
        assertThat(free.filledFrom(32)).isEqualTo(832);
        assertThat(free.filledFrom(833)).isEqualTo(SizeClasses.NO_CLASS);
        assertThat(free.filledFrom(864)).isEqualTo(SizeClasses.NO_CLASS);
        free.remove(small);
        assertThat(free.filledFrom(0)).isEqualTo(832);
    }
}
