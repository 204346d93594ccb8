package ferrite.client.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.ClosedDirectoryStreamException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryTest extends MountedTest {
    @Test
    void theRootListsTheSchemes() throws IOException {
        assertThat(names("/")).containsExactly("/disk", "/evil", "/file", "/pipe", "/secret", "/text");
    }

    @Test
    void aDirectoryListsItsNamesFilteredByPattern() throws IOException {
        machine.put("a.txt", new byte[0]);
        machine.put("b.txt", new byte[0]);
        machine.put("c.bin", new byte[0]);
        assertThat(names("/file")).containsExactly("/file/a.txt", "/file/b.txt", "/file/c.bin");
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(path("/file"), "*.txt")) {
            assertThat(stream).containsExactly(path("/file/a.txt"), path("/file/b.txt"));
        }
    }

    @Test
    void aSchemeThatCannotListIsRead() throws IOException {
        assertThat(names("/text")).containsExactly("/text/hello");
    }

    @Test
    void namesThatAreNoneAreLeftOut() throws IOException {
        assertThat(names("/evil/names")).containsExactly("/evil/names/good");
    }

    @Test
    void aTreeIsWalked() throws IOException {
        Files.createDirectories(path("/file/d/e"));
        Files.writeString(path("/file/d/e/f"), "x");
        try (Stream<Path> walk = Files.walk(path("/file"))) {
            assertThat(walk.map(Path::toString)).containsExactly("/file", "/file/d", "/file/d/e", "/file/d/e/f");
        }
    }

    @Test
    void aStreamHasOneIterator() throws IOException {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(path("/"))) {
            assertThat(stream.iterator().hasNext()).isTrue();
            assertThatThrownBy(stream::iterator).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    @SuppressWarnings("StreamResourceLeak") // it is closed before it is used
    void aClosedStreamHasNoIterator() throws IOException {
        DirectoryStream<Path> stream = Files.newDirectoryStream(path("/"));
        stream.close();
        assertThatThrownBy(stream::iterator).isInstanceOf(ClosedDirectoryStreamException.class);
    }

    @Test
    void onlyDirectoriesAreListed() {
        machine.put("a", new byte[0]);
        assertThatThrownBy(() -> names("/file/a")).isInstanceOf(NotDirectoryException.class);
        assertThatThrownBy(() -> names("/file/none")).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void attributesTellKindAndSize() throws IOException {
        machine.put("a", new byte[5]);
        BasicFileAttributes attributes = Files.readAttributes(path("/file/a"), BasicFileAttributes.class);
        assertThat(attributes.isRegularFile()).isTrue();
        assertThat(attributes.size()).isEqualTo(5);
        assertThat(Files.isDirectory(path("/file"))).isTrue();
        assertThat(Files.readAttributes(path("/file/a"), "size,isOther"))
                .isEqualTo(Map.of("size", 5L, "isOther", false));
        assertThat(Files.readAttributes(path("/file/a"), "ferrite:*")).containsKeys("mode", "blockSize", "size");
        assertThatThrownBy(() -> Files.readAttributes(path("/file/a"), "posix:*"))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> Files.readAttributes(path("/file/a"), "nonsense"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Files.setLastModifiedTime(path("/file/a"), FileTime.fromMillis(1)))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void existenceAndAccess() {
        machine.put("a", new byte[0]);
        assertThat(Files.exists(path("/file/a"))).isTrue();
        assertThat(Files.exists(path("/file/b"))).isFalse();
        assertThat(Files.isReadable(path("/file/a"))).isTrue();
        assertThat(Files.isWritable(path("/file/a"))).isTrue();
        assertThat(Files.isExecutable(path("/file/a"))).isFalse();
        assertThat(Files.isReadable(path("/secret/x"))).isFalse();
        assertThat(machine.openFiles).hasValue(0);
    }

    @Test
    void filesAndEmptyDirectoriesAreRemoved() throws IOException {
        Files.createDirectory(path("/file/d"));
        Files.writeString(path("/file/d/a"), "x");
        assertThatThrownBy(() -> Files.delete(path("/file/d"))).isInstanceOf(DirectoryNotEmptyException.class);
        Files.delete(path("/file/d/a"));
        Files.delete(path("/file/d"));
        assertThat(names("/file")).isEmpty();
        assertThatThrownBy(() -> Files.delete(path("/file/d"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Files.delete(path("/disk/0"))).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> Files.delete(path("/file"))).isInstanceOf(FileSystemException.class);
    }

    @Test
    void aDirectoryIsMadeOnce() throws IOException {
        Files.createDirectory(path("/file/d"));
        assertThatThrownBy(() -> Files.createDirectory(path("/file/d"))).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> Files.createDirectory(path("/newscheme"))).isInstanceOf(FileSystemException.class);
    }

    @Test
    void movingRenamesWithinOneScheme() throws IOException {
        machine.put("a", new byte[] {1});
        machine.put("b", new byte[] {2});
        assertThatThrownBy(() -> Files.move(path("/file/a"), path("/file/b")))
                .isInstanceOf(FileAlreadyExistsException.class);
        Files.move(path("/file/a"), path("/file/b"), StandardCopyOption.REPLACE_EXISTING);
        assertThat(machine.content("b")).containsExactly(1);
        assertThat(machine.has("a")).isFalse();
        Files.move(path("/file/b"), path("/file/c"), StandardCopyOption.ATOMIC_MOVE);
        assertThat(machine.content("c")).containsExactly(1);
        assertThatThrownBy(() -> Files.move(path("/file/c"), path("/disk/0"), StandardCopyOption.ATOMIC_MOVE))
                .isInstanceOf(AtomicMoveNotSupportedException.class);
    }

    @Test
    void copying(@TempDir Path folder) throws IOException {
        machine.put("a", new byte[] {1, 2});
        Files.copy(path("/file/a"), path("/file/b"));
        assertThat(machine.content("b")).containsExactly(1, 2);
        assertThatThrownBy(() -> Files.copy(path("/file/a"), path("/file/b")))
                .isInstanceOf(FileAlreadyExistsException.class);
        Files.copy(path("/file/a"), folder.resolve("out"));
        assertThat(Files.readAllBytes(folder.resolve("out"))).containsExactly(1, 2);
        Files.write(folder.resolve("in"), new byte[] {9});
        Files.copy(folder.resolve("in"), path("/file/in"));
        assertThat(machine.content("in")).containsExactly(9);
        Files.copy(path("/file/a"), path("/file/x/../a"));
        assertThat(machine.content("a")).containsExactly(1, 2);
        assertThatThrownBy(() -> Files.copy(path("/file/none"), path("/file/z")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void theSameFileByAnotherWay() throws IOException {
        machine.put("a", new byte[0]);
        machine.put("b", new byte[0]);
        assertThat(Files.isSameFile(path("/file/a"), path("/file/x/../a"))).isTrue();
        assertThat(Files.isSameFile(path("/file/a"), path("/file/b"))).isFalse();
        assertThat(Files.isSameFile(path("/file/a"), Path.of("a"))).isFalse();
    }

    @Test
    void eachSchemeIsAStore() throws IOException {
        List<String> names = new ArrayList<>();
        for (FileStore store : files.getFileStores()) {
            names.add(store.name());
        }
        assertThat(names).containsExactly("disk", "evil", "file", "pipe", "secret", "text");
        FileStore store = Files.getFileStore(path("/file"));
        assertThat(store.getTotalSpace()).isEqualTo(51_200);
        assertThat(store.getUsableSpace()).isEqualTo(20_480);
        assertThat(store.type()).isEqualTo("ferrite");
        assertThatThrownBy(() -> Files.getFileStore(path("/file/none"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void whatSchemesDoNotHaveIsUnsupported() {
        assertThatThrownBy(() -> files.newWatchService()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> files.getUserPrincipalLookupService())
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> Files.createSymbolicLink(path("/file/l"), path("/file/a")))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    private List<String> names(String directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(path(directory))) {
            stream.forEach(path -> names.add(path.toString()));
        }
        return names;
    }
}
