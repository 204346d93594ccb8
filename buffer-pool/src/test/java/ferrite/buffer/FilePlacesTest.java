package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class FilePlacesTest {
    private static final long PAGE = Region.PAGE_BYTES;

    private final FilePlaces places = new FilePlaces();
    private long fileBytes;

    private long take(long pages) {
        long start = places.take(pages * PAGE, fileBytes);
        fileBytes = Math.max(fileBytes, start + pages * PAGE);
        return start / PAGE;
    }

    private void giveBack(long page, long pages) {
        places.giveBack(page * PAGE, pages * PAGE);
    }

    @Test
    void theFirstStandsBehindWhatWasThere() {
        fileBytes = 100;

        assertThat(take(2)).isEqualTo(1);
        assertThat(take(1)).isEqualTo(3);
    }

    @Test
    void aPlaceThatWasGivenBackIsTakenAgain() {
        take(1);
        take(2);
        take(1);
        giveBack(1, 2);

        assertThat(take(1)).isEqualTo(1);
        assertThat(take(1)).isEqualTo(2);
        assertThat(take(1)).isEqualTo(4);
    }

    @Test
    void neighboursThatWereGivenBackAreOnePlace() {
        for (int i = 0; i < 4; i++) {
            take(1);
        }
        giveBack(0, 1);
        giveBack(2, 1);
        giveBack(1, 1);

        assertThat(take(3)).isZero();
    }

    @Test
    void theEndThatWasGivenBackGrows() {
        take(1);
        take(1);
        giveBack(1, 1);

        assertThat(take(5)).isEqualTo(1);
    }

    @Test
    void whatSomebodyAppendedIsLeftAlone() {
        take(2);
        take(2);
        fileBytes = 5 * PAGE;
        giveBack(2, 2);

        assertThat(take(3)).isEqualTo(5);
        assertThat(take(2)).isEqualTo(2);
    }

    @Test
    void aFileThatWasMadeShorterIsNotTakenTwice() {
        take(4);
        fileBytes = PAGE;

        assertThat(take(1)).isEqualTo(4);
    }

    @Test
    void noPlaceIsTakenTwiceAndEqualSizesLeaveNoGap() {
        long seed = Long.getLong("SEED", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        List<Long> taken = new ArrayList<>();
        long most = 0;
        for (int i = 0; i < 10_000; i++) {
            if (random.nextInt(20) >= taken.size()) {
                long start = take(3);
                assertThat(taken).as("seed %d", seed).doesNotContain(start);
                assertThat(start % 3).as("seed %d", seed).isZero();
                taken.add(start);
                most = Math.max(most, taken.size());
            } else {
                giveBack(taken.remove(random.nextInt(taken.size())), 3);
            }
        }

        assertThat(fileBytes).as("seed %d", seed).isEqualTo(most * 3 * PAGE);
    }
}
