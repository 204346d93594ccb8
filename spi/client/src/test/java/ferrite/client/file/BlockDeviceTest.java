package ferrite.client.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

class BlockDeviceTest extends MountedTest {
    private final long seed = Long.getLong("SEED", System.nanoTime());
    private final Random random = new Random(seed);

    @BeforeEach
    void fill(TestReporter reporter) {
        reporter.publishEntry("SEED", Long.toString(seed));
        random.nextBytes(machine.disk);
    }

    @Test
    void readsAndWritesAtAnyPlaceDoWhatTheyDoToAnArray() throws IOException {
        byte[] model = machine.disk.clone();
        try (SeekableByteChannel channel =
                Files.newByteChannel(path("/disk/0"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            for (int step = 0; step < 2000; step++) {
                int at = random.nextInt(model.length);
                int length = 1 + random.nextInt(Math.min(2000, model.length - at));
                byte[] bytes = new byte[length];
                channel.position(at);
                if (random.nextBoolean()) {
                    random.nextBytes(bytes);
                    assertThat(channel.write(ByteBuffer.wrap(bytes))).isEqualTo(length);
                    System.arraycopy(bytes, 0, model, at, length);
                } else {
                    assertThat(channel.read(ByteBuffer.wrap(bytes))).isEqualTo(length);
                    assertThat(bytes).isEqualTo(java.util.Arrays.copyOfRange(model, at, at + length));
                }
            }
        }
        assertThat(machine.disk).isEqualTo(model);
    }

    @Test
    void aDirectBufferIsWrittenLikeAnArray() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(700);
        bytes.put(3, (byte) 9).position(3);
        try (SeekableByteChannel channel = Files.newByteChannel(path("/disk/0"), StandardOpenOption.WRITE)) {
            channel.position(100).write(bytes);
        }
        assertThat(machine.disk[100]).isEqualTo((byte) 9);
        assertThat(bytes.hasRemaining()).isFalse();
    }

    @Test
    void theDeviceIsTheSameAsItsImage(@TempDir Path folder) throws IOException {
        Path image = Files.write(folder.resolve("image"), machine.disk);
        assertThat(Files.mismatch(path("/disk/0"), image)).isEqualTo(-1);
        machine.disk[12_345] ^= 1;
        assertThat(Files.mismatch(path("/disk/0"), image)).isEqualTo(12_345);
        assertThat(Files.mismatch(image, path("/disk/0"))).isEqualTo(12_345);
    }

    @Test
    void anImageIsCopiedToTheDeviceAndBack(@TempDir Path folder) throws IOException {
        byte[] content = new byte[machine.disk.length];
        random.nextBytes(content);
        Path image = Files.write(folder.resolve("image"), content);
        Path back = folder.resolve("back");
        try (var in = Files.newInputStream(image);
                var out = Files.newOutputStream(path("/disk/0"), StandardOpenOption.WRITE)) {
            in.transferTo(out);
        }
        assertThat(machine.disk).isEqualTo(content);
        Files.copy(path("/disk/0"), back, StandardCopyOption.REPLACE_EXISTING);
        assertThat(Files.mismatch(image, back)).isEqualTo(-1);
    }

    @Test
    void theEndOfTheDeviceIsTheEnd() throws IOException {
        int size = machine.disk.length;
        try (SeekableByteChannel channel =
                Files.newByteChannel(path("/disk/0"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            assertThat(channel.size()).isEqualTo(size);
            ByteBuffer ten = ByteBuffer.allocate(10);
            assertThat(channel.position(size - 3).read(ten)).isEqualTo(3);
            assertThat(channel.read(ten)).isEqualTo(-1);
            assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1)))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining("no space left");
            assertThatThrownBy(() -> channel.truncate(5)).isInstanceOf(FileSystemException.class);
        }
    }

    @Test
    void itTellsItsBlocks() throws IOException {
        assertThat(Files.getAttribute(path("/disk/0"), "ferrite:blockSize")).isEqualTo(512);
        assertThat(Files.isRegularFile(path("/disk/0"))).isFalse();
        assertThat(Files.size(path("/disk/0"))).isEqualTo(machine.disk.length);
        assertThat(Files.getFileStore(path("/disk/0")).getTotalSpace()).isEqualTo(machine.disk.length);
    }
}
