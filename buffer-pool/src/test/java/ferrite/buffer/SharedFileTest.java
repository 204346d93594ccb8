package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A pool in a file, with another process at the other side.
@Timeout(60)
final class SharedFileTest {
    private static final PoolParameters DEBUG = new PoolParameters(Pools.MIB, Pools.MIB, 2 * Pools.MIB, true);

    @TempDir
    private Path folder;

    /// The other process. `add file place` maps the file, adds one to the byte at the place, and says what it found;
    /// `cut file length` gives it that length.
    static final class Peer {
        private Peer() {}

        public static void main(String[] args) throws Exception {
            int number = Integer.parseInt(args[2]);
            try (var file = new java.io.RandomAccessFile(args[1], "rw")) {
                if (args[0].equals("cut")) {
                    file.setLength(number);
                    return;
                }
                var bytes = file.getChannel().map(java.nio.channels.FileChannel.MapMode.READ_WRITE, 0, file.length());
                byte found = bytes.get(number);
                bytes.put(number, (byte) (found + 1));
                System.out.print(found);
            }
        }
    }

    private static String peer(String what, Path file, long number) throws Exception {
        // The folder of the test's own classes, wherever the module under test lies.
        Path classFile = Path.of(Objects.requireNonNull(Peer.class.getResource("SharedFileTest$Peer.class"))
                .toURI());
        String classes = classFile.resolve("../../..").normalize().toString();
        Process peer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classes,
                        Peer.class.getName(),
                        what,
                        file.toString(),
                        Long.toString(number))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(peer.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(peer.waitFor()).isZero();
        return said;
    }

    private static SharedBufferPool pool(Path file, PoolParameters parameters) {
        return new SharedBufferPool("app", parameters, RegionSource.mappedFile(new AddressSpace(), file));
    }

    @Test
    void anotherProcessSeesAndChangesTheBytesOfASlice() throws Exception {
        Path file = folder.resolve("pool");
        SharedBufferPool pool = pool(file, new PoolParameters(Pools.MIB, Pools.MIB, Pools.MIB, false));
        PoolView view = new PoolView(pool, new ViewArena("app"));
        view.acquire(4096, 1);
        BufferSlice slice = view.acquire(100, 64);
        slice.segment().set(ValueLayout.JAVA_BYTE, 42, (byte) 65);

        assertThat(peer("add", file, slice.fileOffset().orElseThrow() + 42)).isEqualTo("65");

        assertThat(slice.segment().get(ValueLayout.JAVA_BYTE, 42)).isEqualTo((byte) 66);
        pool.closeForced();
    }

    @Test
    void anotherProcessFindsASliceOfALaterRegionBehindWhatTheFileHadBefore() throws Exception {
        Path file = folder.resolve("pool");
        Files.write(file, new byte[100]);
        SharedBufferPool pool = pool(file, new PoolParameters(Pools.PAGE, Pools.PAGE, Pools.MIB, false));
        PoolView view = new PoolView(pool, new ViewArena("app"));
        BufferSlice first = view.acquire(Pools.PAGE, 1);
        BufferSlice second = view.acquire(Pools.PAGE, 1);
        BufferSlice part = second.slice(1000, 10);
        part.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 70);

        assertThat(peer("add", file, part.fileOffset().orElseThrow())).isEqualTo("70");

        assertThat(part.segment().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 71);
        assertThat(first.offset()).isZero();
        assertThat(first.fileOffset()).hasValue(4096);
        assertThat(part.offset()).isEqualTo(5096);
        assertThat(part.fileOffset()).hasValue(9192);
        pool.closeForced();
    }

    @Test
    void aSliceOfAPoolThatShrankStandsWhereAFormerRegionStood() {
        SharedBufferPool pool = pool(folder.resolve("pool"), new PoolParameters(0, Pools.PAGE, Pools.MIB, false, 0));
        PoolView view = new PoolView(pool, new ViewArena("app"));
        view.acquire(1, 1).close();

        BufferSlice slice = view.acquire(1, 1);

        assertThat(slice.offset()).isEqualTo(Pools.PAGE);
        assertThat(slice.fileOffset()).hasValue(0);
        pool.closeForced();
    }

    @Test
    void privateMemoryHasNoPlaceInAFile() {
        PoolView view = new PoolView(Pools.fixed(Pools.PAGE), new ViewArena("app"));

        assertThat(view.acquire(1, 1).fileOffset()).isEmpty();
    }

    @Test
    void aPeerThatCutsTheFileLosesNoBytesOfThePool() throws Exception {
        assumeTrue(SystemPages.areSupported(), "Linux only");
        Path file = folder.resolve("pool");
        SharedBufferPool pool = pool(file, DEBUG);
        PoolView view = new PoolView(pool, new ViewArena("app"));
        BufferSlice slice = view.acquire(65_536, 4096);
        peer("cut", file, 0);

        Expect.errno(Errno.EIO, slice::close);

        assertThat(view.bytesInUse()).isZero();
        assertThat(pool.statistics().liveSlices()).isZero();
        Expect.errno(Errno.EALREADY, slice::close);
        Expect.errno(Errno.EIO, () -> view.acquire(4096, 1));
        assertThat(view.bytesInUse()).isZero();
        assertThat(pool.shrink()).isEqualTo(Pools.MIB);
        assertThat(view.acquire(65_536, 4096).segment().byteSize()).isEqualTo(65_536);
        pool.closeForced();
        assertThat(pool.statistics().capacity()).isZero();
    }

    @Test
    void aFileWhoseLengthIsSetBackIsReachableAgain() throws Exception {
        assumeTrue(SystemPages.areSupported(), "Linux only");
        Path file = folder.resolve("pool");
        SharedBufferPool pool = pool(file, DEBUG);
        PoolView view = new PoolView(pool, new ViewArena("app"));
        BufferSlice slice = view.acquire(8192, 1);
        slice.segment().fill((byte) 1);
        peer("cut", file, 4096);
        peer("cut", file, Pools.MIB);

        assertThat(slice.segment().get(ValueLayout.JAVA_BYTE, 4095)).isEqualTo((byte) 1);
        assertThat(slice.segment().get(ValueLayout.JAVA_BYTE, 4096)).isZero();
        slice.close();
        assertThat(view.bytesInUse()).isZero();
        pool.closeForced();
    }

    @Test
    void theErrorOfACutFileSaysWhichBytesAndWhatToDo() throws Exception {
        assumeTrue(SystemPages.areSupported(), "Linux only");
        Path file = folder.resolve("pool");
        SharedBufferPool pool = pool(file, DEBUG);
        PoolView view = new PoolView(pool, new ViewArena("app"));
        view.acquire(4096, 1);
        BufferSlice slice = view.acquire(8192, 1);
        peer("cut", file, 4096);

        assertThatThrownBy(slice::close)
                .hasMessageContainingAll(
                        "pool app", "8192 bytes at offset 4096", "" + file, "set the file's length back");
        pool.closeForced();
    }

    @Test
    void whatACutFileTakesFromGuardsCachesAndResizesIsNotLost() throws Exception {
        assumeTrue(SystemPages.areSupported(), "Linux only");
        Path file = folder.resolve("pool");
        SharedBufferPool pool = pool(file, DEBUG);
        PoolView view = new PoolView(pool, new ViewArena("app"));
        BufferSlice guarded = view.acquire(4096, 1);
        var guard = guarded.guard("device");
        guarded.close();
        BufferSlice resized = view.acquire(8192, 1);
        PoolCache cache = view.cache();
        long handle = cache.acquireHandle(100, 1);
        BufferSlice cached = cache.acquire(3000, 1);
        peer("cut", file, 0);

        guard.release();
        view.resize(resized, 4096);
        cache.release(handle);
        Expect.errno(Errno.EIO, cached::close);
        cache.flush();

        assertThat(view.bytesInUse()).isEqualTo(4096);
        assertThat(pool.statistics().liveSlices()).isEqualTo(1);
        pool.closeForced();
        assertThat(pool.statistics().capacity()).isZero();
    }
}
