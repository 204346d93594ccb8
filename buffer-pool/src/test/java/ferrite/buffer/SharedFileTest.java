package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.BufferSlice;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A pool in a file, with another process at the other side.
@Timeout(60)
final class SharedFileTest {

    /// The other process: maps the file, adds one to the byte at the place, and says what it found.
    static final class Peer {
        private Peer() {}

        public static void main(String[] args) throws Exception {
            int place = Integer.parseInt(args[1]);
            try (var file = new java.io.RandomAccessFile(args[0], "rw")) {
                var bytes = file.getChannel().map(java.nio.channels.FileChannel.MapMode.READ_WRITE, 0, file.length());
                byte found = bytes.get(place);
                bytes.put(place, (byte) (found + 1));
                System.out.print(found);
            }
        }
    }

    @Test
    void anotherProcessSeesAndChangesTheBytesOfASlice(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("pool");
        SharedBufferPool pool = new SharedBufferPool(
                "app",
                new PoolParameters(Pools.MIB, Pools.MIB, Pools.MIB, false),
                RegionSource.mappedFile(new AddressSpace(), file));
        PoolView view = new PoolView(pool, new ViewArena("app"));
        view.acquire(4096, 1);
        BufferSlice slice = view.acquire(100, 64);
        slice.segment().set(ValueLayout.JAVA_BYTE, 42, (byte) 65);
        // The folder of the test's own classes, wherever the module under test lies.
        Path classFile = Path.of(Objects.requireNonNull(Peer.class.getResource("SharedFileTest$Peer.class"))
                .toURI());
        String classes = classFile.resolve("../../..").normalize().toString();

        Process peer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classes,
                        Peer.class.getName(),
                        file.toString(),
                        Long.toString(slice.offset() + 42))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String found = new String(peer.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        peer.waitFor();

        assertThat(found).isEqualTo("65");
        assertThat(slice.segment().get(ValueLayout.JAVA_BYTE, 42)).isEqualTo((byte) 66);
        pool.closeForced();
    }
}
