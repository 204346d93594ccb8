package ferrite.client.file;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// A machine, mounted for each test, that must leave nothing open.
abstract class MountedTest {
    static final URI URI_OF_MACHINE = URI.create("ferrite://m1");

    final FakeMachine machine = new FakeMachine();
    FileSystem files;

    MountedTest() {
        files = mount(Map.of(FerriteFileSystemProvider.SESSIONS, machine));
    }

    @BeforeEach
    void remount() {
        if (!files.isOpen()) {
            files = mount(Map.of(FerriteFileSystemProvider.SESSIONS, machine));
        }
    }

    @AfterEach
    void unmount() throws IOException {
        files.close();
        org.assertj.core.api.Assertions.assertThat(machine.sessions).hasValue(0);
        org.assertj.core.api.Assertions.assertThat(machine.pool.slicesInUse())
                .as("slices")
                .isZero();
    }

    final Path path(String path) {
        return files.getPath(path);
    }

    final void remountReadOnly() throws IOException {
        files.close();
        files = mount(Map.of(FerriteFileSystemProvider.SESSIONS, machine, FerriteFileSystemProvider.READ_ONLY, true));
    }

    private static FileSystem mount(Map<String, ?> env) {
        try {
            return FileSystems.newFileSystem(URI_OF_MACHINE, env);
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
