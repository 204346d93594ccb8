package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class StartIndexTest {
    @Test
    void findsTheNearestStartBelowLikeATreeMap() {
        for (int granules : new int[] {64, 65, 4096, 4097, 300_000}) {
            StartIndex index = new StartIndex(granules);
            TreeMap<Integer, Integer> model = new TreeMap<>();
            SplittableRandom random = new SplittableRandom(granules);
            index.put(0, 1);
            model.put(0, 1);
            for (int step = 0; step < 20_000; step++) {
                int granule = random.nextInt(1, granules);
                if (model.remove(granule) != null) {
                    index.remove(granule);
                } else if (random.nextInt(3) == 0) {
                    index.put(granule, step + 2);
                    model.put(granule, step + 2);
                }
                int place = random.nextInt(granules);
                assertThat(index.covering(place))
                        .isEqualTo(model.floorEntry(place).getValue());
                assertThat(index.at(place)).isEqualTo(model.getOrDefault(place, BlockTable.NONE));
            }
        }
    }
}
