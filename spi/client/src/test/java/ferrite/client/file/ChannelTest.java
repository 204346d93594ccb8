package ferrite.client.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChannelTest extends MountedTest {
    @AfterEach
    void everyFileIsClosed() {
        assertThat(machine.openFiles).hasValue(0);
    }

    @Test
    void textIsReadAndWritten() throws IOException {
        Files.writeString(path("/file/a"), "grüße");
        assertThat(Files.readString(path("/file/a"))).isEqualTo("grüße");
        assertThat(new String(machine.content("a"), StandardCharsets.UTF_8)).isEqualTo("grüße");
    }

    @Test
    void aLargeFileGoesInManyRequests() throws IOException {
        byte[] content = new byte[300_001];
        new Random(1).nextBytes(content);
        Files.write(path("/file/a"), content);
        assertThat(machine.content("a")).isEqualTo(content);
        assertThat(Files.readAllBytes(path("/file/a"))).isEqualTo(content);
    }

    @Test
    void aFileThatDoesNotTellItsSizeIsReadToItsEnd() throws IOException {
        assertThat(Files.readString(path("/text/hello"))).isEqualTo("hello world");
    }

    @Test
    void aFileThatCannotSeekIsReadInOrder() throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(path("/pipe"))) {
            ByteBuffer into = ByteBuffer.allocate(100);
            assertThat(channel.read(into)).isEqualTo("from the pipe".length());
        }
    }

    @Test
    void positionsAreTheCallers() throws IOException {
        machine.put("a", new byte[] {0, 1, 2, 3});
        try (SeekableByteChannel channel = Files.newByteChannel(path("/file/a"))) {
            ByteBuffer two = ByteBuffer.allocate(2);
            assertThat(channel.position(1).read(two)).isEqualTo(2);
            assertThat(two.array()).containsExactly(1, 2);
            assertThat(channel.position()).isEqualTo(3);
            assertThat(channel.size()).isEqualTo(4);
        }
    }

    @Test
    void hugeAndNegativePositions() throws IOException {
        machine.put("a", new byte[4]);
        try (SeekableByteChannel channel =
                Files.newByteChannel(path("/file/a"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.position(Long.MAX_VALUE);
            assertThat(channel.read(ByteBuffer.allocate(8))).isEqualTo(-1);
            assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(8)))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining("too large");
            assertThatThrownBy(() -> channel.position(-1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> channel.truncate(-1)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void nothingIsReadIntoAnEmptyBufferEvenAtTheEnd() throws IOException {
        machine.put("a", new byte[0]);
        try (SeekableByteChannel channel = Files.newByteChannel(path("/file/a"))) {
            assertThat(channel.read(ByteBuffer.allocate(0))).isZero();
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void aClosedChannelRefusesEverythingAndClosesOnce() throws IOException {
        machine.put("a", new byte[4]);
        SeekableByteChannel channel = Files.newByteChannel(path("/file/a"));
        channel.close();
        channel.close();
        assertThat(channel.isOpen()).isFalse();
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(channel::position).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.position(0)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.truncate(0)).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void aChannelDoesOnlyWhatItWasOpenedFor() throws IOException {
        machine.put("a", new byte[4]);
        try (SeekableByteChannel reader = Files.newByteChannel(path("/file/a"));
                SeekableByteChannel writer = Files.newByteChannel(path("/file/a"), StandardOpenOption.WRITE)) {
            assertThatThrownBy(() -> reader.write(ByteBuffer.allocate(1)))
                    .isInstanceOf(NonWritableChannelException.class);
            assertThatThrownBy(() -> writer.read(ByteBuffer.allocate(1)))
                    .isInstanceOf(NonReadableChannelException.class);
        }
    }

    @Test
    void appendingGoesToTheEndWhereverThePositionIs() throws IOException {
        machine.put("a", new byte[] {1});
        try (SeekableByteChannel channel = Files.newByteChannel(path("/file/a"), StandardOpenOption.APPEND)) {
            channel.position(0).write(ByteBuffer.wrap(new byte[] {2}));
        }
        assertThat(machine.content("a")).containsExactly(1, 2);
    }

    @Test
    void truncatingCutsAndNeverGrows() throws IOException {
        machine.put("a", new byte[] {1, 2, 3});
        try (SeekableByteChannel channel = Files.newByteChannel(path("/file/a"), StandardOpenOption.WRITE)) {
            channel.position(3).truncate(2);
            assertThat(channel.position()).isEqualTo(2);
            channel.truncate(100);
            assertThat(channel.size()).isEqualTo(2);
        }
    }

    @Test
    void openOptionsSayWhatMayBeThere() throws IOException {
        machine.put("a", new byte[] {1, 2});
        assertThatThrownBy(() -> Files.newByteChannel(path("/file/none"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Files.newByteChannel(path("/noscheme/x"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Files.newByteChannel(path("/file/none"), StandardOpenOption.WRITE))
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() ->
                        Files.newByteChannel(path("/file/a"), StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() ->
                        Files.newByteChannel(path("/file/a/b"), StandardOpenOption.WRITE, StandardOpenOption.CREATE))
                .isInstanceOf(NotDirectoryException.class);
        assertThatThrownBy(() -> Files.newByteChannel(path("/secret/x"))).isInstanceOf(AccessDeniedException.class);
        Files.newByteChannel(path("/file/a"), StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
                .close();
        assertThat(machine.content("a")).isEmpty();
    }

    @Test
    void optionsThatContradictOrAreUnknownAreRefused() {
        assertThatThrownBy(() -> Files.newByteChannel(
                        path("/file/a"), StandardOpenOption.APPEND, StandardOpenOption.TRUNCATE_EXISTING))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Files.newByteChannel(path("/file/a"), new java.nio.file.OpenOption() {}))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void deleteOnCloseRemovesTheFile() throws IOException {
        machine.put("a", new byte[1]);
        Files.newByteChannel(path("/file/a"), StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE)
                .close();
        assertThat(machine.has("a")).isFalse();
    }

    @Test
    void aDirectoryIsNotAFile() {
        assertThatThrownBy(() -> Files.readString(path("/file")))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("is a directory");
    }

    @Test
    void aSchemeThatTellsNonsenseIsAnErrorAndNotACrash() {
        assertThatThrownBy(() -> Files.readAllBytes(path("/evil/block"))).isInstanceOf(FileSystemException.class);
        assertThatThrownBy(() -> Files.readAllBytes(path("/evil/size"))).isInstanceOf(FileSystemException.class);
        assertThatThrownBy(() -> Files.readAllBytes(path("/evil/count"))).isInstanceOf(FileSystemException.class);
    }

    @Test
    void aReadOnlyMountChangesNothing() throws IOException {
        machine.put("a", new byte[] {7});
        remountReadOnly();
        assertThat(Files.readAllBytes(path("/file/a"))).containsExactly(7);
        assertThatThrownBy(() -> Files.writeString(path("/file/a"), "x"))
                .isInstanceOf(ReadOnlyFileSystemException.class);
        assertThatThrownBy(() -> Files.delete(path("/file/a"))).isInstanceOf(ReadOnlyFileSystemException.class);
        assertThatThrownBy(() -> Files.createDirectory(path("/file/d")))
                .isInstanceOf(ReadOnlyFileSystemException.class);
        assertThatThrownBy(() -> Files.move(path("/file/a"), path("/file/b")))
                .isInstanceOf(ReadOnlyFileSystemException.class);
        assertThat(Files.isWritable(path("/file/a"))).isFalse();
    }

    @Test
    void attributesForNewFilesAreRefused() {
        var mode = java.nio.file.attribute.PosixFilePermissions.asFileAttribute(Set.of());
        assertThatThrownBy(() -> Files.createFile(path("/file/a"), mode))
                .isInstanceOf(UnsupportedOperationException.class);
    }
}
