package ferrite.app.blockcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.ring.Opcode;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Stat;
import ferrite.testkit.TestSettings;
import ferrite.testkit.fake.FakeContext;
import ferrite.testkit.fake.FakeRequest;
import ferrite.testkit.fake.FakeSocket;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class BlockcatTest {
    private static final long DISK = 3;

    private final byte[] disk = new byte[300_000];
    private final FakeContext context = new FakeContext("test", this::kernel);
    private Blockcat app = new Blockcat(context, settings(200_000));
    private boolean diskThere = true;
    private int open;

    BlockcatTest() {
        for (int i = 0; i < disk.length; i++) {
            disk[i] = (byte) (i * 7);
        }
    }

    private static TestSettings settings(long bytes) {
        return TestSettings.of(Map.of("path", "disk.x:0", "bytes", bytes));
    }

    private void kernel(FakeRequest sent) {
        if (sent.is(Opcode.OPEN)) {
            assertThat(sent.text()).isEqualTo("disk.x:0");
            open += diskThere ? 1 : 0;
            sent.complete(diskThere ? DISK : Errno.ENODEV.status());
        } else if (sent.is(Opcode.PREAD)) {
            int from = (int) sent.entry().offset();
            int count = (int) Math.max(0, Math.min(sent.entry().length(), disk.length - from));
            MemorySegment.copy(disk, from, sent.buffer().segment(), ValueLayout.JAVA_BYTE, 0, count);
            sent.complete(count);
        } else {
            open--;
            sent.complete(0);
        }
    }

    private FakeRequest polled(FakeRequest request) {
        app.poll(16);
        return request;
    }

    private String read() {
        long file = polled(context.socket("blockcat").open("crc32", OpenFlags.RDONLY))
                .status();
        BufferSlice into = context.pool().acquire(64, 1);
        long bytes = polled(context.socket("blockcat").ask(Opcode.PREAD, file, into, 0))
                .status();
        return new String(into.segment().asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
    }

    private String crc(int bytes) {
        CRC32 crc = new CRC32();
        crc.update(disk, 0, bytes);
        return "%08x\n".formatted(crc.getValue());
    }

    @Test
    void theChecksumIsThatOfTheFirstBytes() {
        app.start();
        assertThat(read()).isEqualTo(crc(200_000));
        assertThat(open).as("the disk is closed again").isZero();
        assertThat(context.pool().bytesInUse())
                .as("the path and the buffers of this test")
                .isLessThan(1000);
    }

    @Test
    void aSmallerDiskIsReadToItsEnd() {
        app = new Blockcat(context, settings(1_000_000));
        app.start();
        assertThat(read()).isEqualTo(crc(disk.length));
    }

    @Test
    void aMissingDiskIsReported() {
        app.start();
        diskThere = false;
        long file = polled(context.socket("blockcat").open("crc32", OpenFlags.RDONLY))
                .status();
        BufferSlice into = context.pool().acquire(64, 1);
        assertThat(polled(context.socket("blockcat").ask(Opcode.PREAD, file, into, 0))
                        .errno())
                .contains(Errno.ENODEV);
    }

    @Test
    void badRequestsAreRefused() {
        app.start();
        FakeSocket socket = context.socket("blockcat");
        BufferSlice into = context.pool().acquire(64, 1);
        assertThat(polled(socket.open("md5", 0)).errno()).contains(Errno.ENOENT);
        assertThat(polled(socket.open("crc32", OpenFlags.RDWR)).errno()).contains(Errno.EACCES);
        assertThat(polled(socket.ask(Opcode.PREAD, 2, into, 0)).errno()).contains(Errno.EBADF);
        assertThat(polled(socket.ask(Opcode.PREAD, 1, into, -1)).errno()).contains(Errno.EINVAL);
        assertThat(polled(socket.ask(Opcode.PREAD, 1, into, 9)).status()).isZero();
        assertThat(polled(socket.ask(Opcode.PWRITE, 1, into, 0)).errno()).contains(Errno.EACCES);
        assertThat(polled(socket.ask(Opcode.FSTAT, 1, into, 0)).status()).isEqualTo(Stat.BYTES);
        assertThat(polled(socket.ask(FakeRequest.of(200).file(1))).errno()).contains(Errno.ENOSYS);
    }

    @Test
    void mistakesInTheSettingsShowAtStart() {
        assertThatThrownBy(() -> new Blockcat(context, TestSettings.of(Map.of())).start())
                .hasMessageContaining("path");
        assertThatThrownBy(() -> new Blockcat(context, settings(0)).start()).hasMessageContaining("bytes 0 < 1");
    }

    @Test
    void aSuccessorServesTheSameFile() {
        app.start();
        PluginState state = app.save();
        app = new Blockcat(context, settings(200_000));
        app.restore(state);
        assertThat(read()).isEqualTo(crc(200_000));
        assertThatThrownBy(() -> app.restore(new PluginState(9, new byte[0]))).hasMessageContaining("EOPNOTSUPP");
        assertThatThrownBy(() -> app.restore(new PluginState(1, new byte[1]))).hasMessageContaining("EBADMSG");
    }
}
