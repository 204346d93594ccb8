package ferrite.device.pcihostbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.PluginState;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// States of the bridge that nobody saved.
final class BridgeStateTest {
    private static final int HOSTILE_RUNS = 5_000;

    private final BridgeRig rig = new BridgeRig();

    @Test
    void savingWhatWasRestoredGivesTheSameBytes() {
        rig.open("window/e0000000/8000");
        rig.assign(BridgeRig.SECOND, 0xE100_0000L);
        PluginState state = rig.bridge().save();

        PciHostBridge successor = rig.another();
        successor.restore(state);

        assertThat(successor.save()).isEqualTo(state);
    }

    @Test
    void theIncumbentCanTakeItsStateBack() {
        PluginState state = rig.bridge().save();
        rig.bridge().restore(state);

        assertThat(rig.config(BridgeRig.FIRST, 0, 4)).isEqualTo(0x000D_1B36L);
    }

    @Test
    void anotherVersionIsRefused() {
        byte[] bytes = rig.bridge().save().bytes();

        assertThatThrownBy(() -> rig.another().restore(new PluginState(2, bytes)))
                .isInstanceOfSatisfying(
                        SchemeException.class,
                        refusal -> assertThat(refusal.errno()).isEqualTo(Errno.EOPNOTSUPP));
    }

    @Test
    void hostileStatesAreRefusedOrHarmless() {
        rig.open("window/e0000000/8000");
        rig.assign(BridgeRig.FIRST, 0xE000_0000L);
        PluginState good = rig.bridge().save();
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int run = 0; run < HOSTILE_RUNS; run++) {
            byte[] bytes = good.bytes();
            int changes = 1 + random.nextInt(4);
            for (int i = 0; i < changes; i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            byte[] hostile = Arrays.copyOf(bytes, random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length);
            PciHostBridge successor = rig.another();
            try {
                successor.restore(new PluginState(PciHostBridge.STATE_VERSION, hostile));
                successor.poll(4);
            } catch (SchemeException refused) {
                assertThat(refused.errno())
                        .as("seed %d run %d: %s", seed, run, refused.getMessage())
                        .isIn(Errno.EBADMSG, Errno.EBADF);
            } catch (RuntimeException broken) {
                throw new AssertionError("seed " + seed + " run " + run, broken);
            }
        }
    }
}
