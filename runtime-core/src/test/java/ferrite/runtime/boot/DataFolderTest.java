package ferrite.runtime.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataFolderTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void secondOwnerIsRefusedInOneSentence() {
        try (DataFolder first = DataFolder.lock(folder.resolve("data"))) {
            assertThatExceptionOfType(BootException.class)
                    .isThrownBy(() -> DataFolder.lock(first.path()))
                    .withMessageContaining(
                            "is in use by process " + ProcessHandle.current().pid())
                    .withMessageContaining("--data DIR");
        }
    }

    @Test
    void closedFolderCanBeTakenAgain() {
        DataFolder.lock(folder).close();

        try (DataFolder again = DataFolder.lock(folder)) {
            assertThat(again.path()).isEqualTo(folder);
        }
    }

    @Test
    void usualDiskHas64MiB() {
        try (DataFolder data = DataFolder.lock(folder)) {
            // 64 × 1024 × 1024
            assertThat(data.disk()).hasSize(67_108_864);
        }
    }
}
