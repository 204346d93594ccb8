package ferrite.runtime.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ferrite.runtime.PoolMemory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class MachineOptionsTest {
    private static PoolMemory memory(String... arguments) {
        return CommandLine.populateCommand(new MachineOptions(), arguments).memory();
    }

    @Test
    void memoryIsAnonymousUnlessAnotherKindIsNamed(@TempDir Path folder) {
        assertThat(memory()).isEqualTo(new PoolMemory.Anonymous());
        assertThat(memory("--memory", "anonymous")).isEqualTo(new PoolMemory.Anonymous());
        assertThat(memory("--memory", "huge-pages")).isEqualTo(new PoolMemory.HugePages());
        assertThat(memory("--memory", "files:" + folder)).isEqualTo(new PoolMemory.InFiles(folder));
    }

    @Test
    void aKindThatThereIsNotIsRefusedWithThoseThereAre() {
        for (String kind : new String[] {"", "huge", "files", "files:"}) {
            assertThatExceptionOfType(BootException.class)
                    .isThrownBy(() -> memory("--memory", kind))
                    .withMessageContaining("anonymous, huge-pages or files:FOLDER");
        }
    }

    @Test
    void aFolderThatIsNotThereIsRefusedWithWhatToDo(@TempDir Path folder) {
        Path missing = folder.resolve("missing");

        assertThatExceptionOfType(BootException.class)
                .isThrownBy(() -> memory("--memory", "files:" + missing))
                .withMessageContaining("mkdir -p " + missing);
    }
}
