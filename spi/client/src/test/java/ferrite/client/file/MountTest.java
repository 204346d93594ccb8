package ferrite.client.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.spi.FileSystemProvider;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MountTest extends MountedTest {
    @Test
    void theProviderIsFoundByItsScheme() {
        assertThat(FileSystemProvider.installedProviders())
                .anyMatch(provider -> provider.getScheme().equals("ferrite"));
    }

    @Test
    void aUriLeadsToItsPathAndBack() throws IOException {
        URI uri = URI.create("ferrite://m1/file/a%20b/%C3%A4");
        Path path = Path.of(uri);
        assertThat(path).hasToString("/file/a b/ä");
        assertThat(path.toUri().toASCIIString()).isEqualTo(uri.toASCIIString());
        assertThat(Path.of(URI.create("ferrite://m1"))).hasToString("/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ferrite:/file/a",
                "ferrite:file",
                "ferrite:///file",
                "ferrite://m1/file?query",
                "ferrite://m1/file#fragment",
                "ferrite://user@m1/file",
                "ferrite://m1:80/file",
                "ferrite://-m1/file",
                "ferrite://%6D1/file"
            })
    void aUriOfAnotherFormIsRefused(String uri) {
        assertThatThrownBy(() -> Path.of(URI.create(uri)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ferrite://MACHINE/SCHEME/REST");
    }

    @Test
    void aMachineThatIsNotMountedIsNotFound() {
        assertThatThrownBy(() -> Path.of(URI.create("ferrite://other/file/a")))
                .isInstanceOf(FileSystemNotFoundException.class)
                .hasMessageContaining("other is not mounted");
    }

    @Test
    void aNameIsMountedOnce() {
        assertThatThrownBy(() -> FileSystems.newFileSystem(URI_OF_MACHINE, Map.of("sessions", machine)))
                .isInstanceOf(FileSystemAlreadyExistsException.class);
    }

    @Test
    void aMountNeedsSessionsAndAWholeMachine() {
        URI uri = URI.create("ferrite://m2");
        assertThatThrownBy(() -> FileSystems.newFileSystem(uri, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sessions");
        assertThatThrownBy(
                        () -> FileSystems.newFileSystem(URI.create("ferrite://m2/file"), Map.of("sessions", machine)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FileSystems.newFileSystem(uri, Map.of("sessions", machine, "sessionsMax", 0)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FileSystems.newFileSystem(uri, Map.of("sessions", machine, "readOnly", "yes")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMachineThatGivesNoSessionIsAnIOException() throws IOException {
        Sessions none = () -> {
            throw new SchemeException(Errno.ENFILE, "no more contexts");
        };
        try (FileSystem full = FileSystems.newFileSystem(URI.create("ferrite://full"), Map.of("sessions", none))) {
            assertThatThrownBy(() -> Files.size(full.getPath("/file")))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining("ENFILE");
        }
    }

    @Test
    void aClosedFileSystemRefusesEverythingAndItsChannelsAreClosed() throws IOException {
        machine.put("a", new byte[3]);
        Path path = path("/file/a");
        SeekableByteChannel channel = Files.newByteChannel(path);
        files.close();
        assertThat(channel.isOpen()).isFalse();
        assertThatThrownBy(channel::size).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> Files.size(path)).isInstanceOf(ClosedFileSystemException.class);
        assertThatThrownBy(() -> Files.newByteChannel(path)).isInstanceOf(ClosedFileSystemException.class);
        assertThatThrownBy(() -> Files.delete(path)).isInstanceOf(ClosedFileSystemException.class);
        assertThatThrownBy(() -> path("/file/a")).isInstanceOf(ClosedFileSystemException.class);
        assertThatThrownBy(() -> Path.of(URI_OF_MACHINE)).isInstanceOf(FileSystemNotFoundException.class);
        assertThat(machine.openFiles).hasValue(0);
    }

    @Test
    void aPathOfAnotherProviderIsRefused() {
        Path foreign = Path.of("foreign");
        FileSystemProvider provider = files.provider();
        assertThatThrownBy(() -> provider.newByteChannel(foreign, Set.of()))
                .isInstanceOf(ProviderMismatchException.class);
        assertThatThrownBy(() -> path("/file").resolve(foreign)).isInstanceOf(ProviderMismatchException.class);
        assertThatThrownBy(() -> path("/file").compareTo(foreign)).isInstanceOf(ProviderMismatchException.class);
        assertThatThrownBy(() -> provider.delete(foreign)).isInstanceOf(ProviderMismatchException.class);
        assertThat(path("/file").startsWith(foreign)).isFalse();
        assertThat(path("/file")).isNotEqualTo(foreign);
    }

    @Test
    void manyThreadsUseOneFileSystem() throws InterruptedException {
        machine.put("a", "content".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        java.util.Queue<Throwable> wrong = new java.util.concurrent.ConcurrentLinkedQueue<>();
        java.util.List<Thread> threads = new java.util.ArrayList<>();
        for (int i = 0; i < 16; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    for (int round = 0; round < 50; round++) {
                        assertThat(Files.readString(path("/file/a"))).isEqualTo("content");
                    }
                } catch (IOException | AssertionError failed) {
                    wrong.add(failed);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).isEmpty();
        assertThat(machine.sessions.get()).isBetween(1, 4);
        assertThat(machine.openFiles).hasValue(0);
    }
}
