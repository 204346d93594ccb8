package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MappedBytesTest {
    /// Enough for the code to be compiled.
    private static final int ROUNDS = 30_000;

    @TempDir
    private Path folder;

    @Test
    void bytesThatAreCutOffAreAnIoErrorAlsoInCompiledCode() throws IOException {
        assumeTrue(SystemPages.areSupported(), "Linux only");
        try (Arena arena = Arena.ofShared();
                FileChannel file = FileChannel.open(
                        folder.resolve("file"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            MemorySegment bytes = file.map(MapMode.READ_WRITE, 0, 4096, arena);
            long found = 0;
            for (int i = 0; i < ROUNDS; i++) {
                MappedBytes.fill(bytes, (byte) 0);
                found += MappedBytes.firstOther(bytes.asSlice(0, 256), 0);
            }
            assertThat(found).isEqualTo(-ROUNDS);
            file.truncate(0);

            for (int i = 0; i < 100; i++) {
                assertThatIOException().isThrownBy(() -> MappedBytes.fill(bytes, (byte) 1));
                assertThatIOException().isThrownBy(() -> MappedBytes.firstOther(bytes, 0));
            }
        }
    }
}
