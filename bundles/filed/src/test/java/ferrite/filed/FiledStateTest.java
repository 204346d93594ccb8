package ferrite.filed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.filed.host.HostFile;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.scheme.OpenFlags;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FiledStateTest {
    private static final FiledState STATE = new FiledState(
            9,
            Map.of(
                    3L, new FiledState.Entry(7, OpenFlags.RDWR, true, "disk", new HostFile.Saved(12, 34, 56)),
                    8L, new FiledState.Entry(8, OpenFlags.STAT, false, "a/b", new HostFile.Saved(-1, 0, 0))));

    @Test
    void whatWasSavedIsRestored() {
        assertThat(FiledState.decode(STATE.encode())).isEqualTo(STATE);
    }

    @Test
    void aStateThatWasCutIsRefused() {
        byte[] bytes = STATE.encode().bytes();
        for (int length = 0; length < bytes.length; length++) {
            PluginState cut = new PluginState(FiledState.VERSION, Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> FiledState.decode(cut))
                    .satisfies(thrown ->
                            assertThat(((SchemeException) thrown).errno()).isEqualTo(Errno.EBADMSG));
        }
    }

    @Test
    void anotherVersionIsRefused() {
        PluginState other =
                new PluginState(FiledState.VERSION + 1, STATE.encode().bytes());
        assertThatThrownBy(() -> FiledState.decode(other))
                .satisfies(
                        thrown -> assertThat(((SchemeException) thrown).errno()).isEqualTo(Errno.EOPNOTSUPP));
    }

    @Test
    void changedBytesNeverDoMoreThanBeRefused() {
        long seed = Long.getLong("SEED", System.nanoTime());
        System.out.println("SEED=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 10_000; round++) {
            byte[] bytes = STATE.encode().bytes();
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                FiledState state = FiledState.decode(new PluginState(FiledState.VERSION, bytes));
                assertThat(state.files().keySet()).allMatch(number -> number >= 1 && number < state.nextNumber());
            } catch (SchemeException refused) {
                assertThat(refused.errno()).as("seed %d", seed).isEqualTo(Errno.EBADMSG);
            }
        }
    }
}
