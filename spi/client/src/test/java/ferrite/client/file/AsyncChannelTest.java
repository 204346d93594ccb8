package ferrite.client.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AsyncChannelTest extends MountedTest {
    @Test
    void manyReadsAreInFlightAtOnceAndEachGetsItsBytes() throws Exception {
        new Random(5).nextBytes(machine.disk);
        try (AsynchronousFileChannel channel = AsynchronousFileChannel.open(path("/disk/0"))) {
            List<ByteBuffer> buffers = new ArrayList<>();
            List<Future<Integer>> reads = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                ByteBuffer buffer = ByteBuffer.allocate(70);
                buffers.add(buffer);
                reads.add(channel.read(buffer, i * 100L));
            }
            for (int i = 0; i < 200; i++) {
                assertThat(reads.get(i).get()).isEqualTo(70);
                assertThat(buffers.get(i).array()).isEqualTo(Arrays.copyOfRange(machine.disk, i * 100, i * 100 + 70));
            }
        }
    }

    @Test
    void writesOfPartsOfBlocksDoNotLoseEachOther() throws Exception {
        try (AsynchronousFileChannel channel =
                AsynchronousFileChannel.open(path("/disk/0"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            List<Future<Integer>> writes = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                writes.add(channel.write(ByteBuffer.wrap(new byte[] {(byte) (i + 1)}), i));
            }
            for (Future<Integer> write : writes) {
                assertThat(write.get()).isEqualTo(1);
            }
        }
        for (int i = 0; i < 100; i++) {
            assertThat(machine.disk[i]).isEqualTo((byte) (i + 1));
        }
    }

    @Test
    void wholeBlocksAreWrittenByTheRing() throws Exception {
        byte[] bytes = new byte[1024];
        Arrays.fill(bytes, (byte) 3);
        try (AsynchronousFileChannel channel =
                AsynchronousFileChannel.open(path("/disk/0"), StandardOpenOption.WRITE)) {
            assertThat(channel.write(ByteBuffer.wrap(bytes), 512).get()).isEqualTo(1024);
            channel.force(true);
            assertThat(channel.size()).isEqualTo(machine.disk.length);
        }
        assertThat(Arrays.copyOfRange(machine.disk, 512, 1536)).isEqualTo(bytes);
    }

    @Test
    void aHandlerIsToldWithItsAttachment() {
        machine.put("a", new byte[] {4, 5});
        CompletableFuture<String> told = new CompletableFuture<>();
        try (AsynchronousFileChannel channel = AsynchronousFileChannel.open(path("/file/a"))) {
            channel.read(ByteBuffer.allocate(10), 0, "tag", new CompletionHandler<>() {
                @Override
                public void completed(Integer result, String attachment) {
                    told.complete(attachment + result);
                }

                @Override
                public void failed(Throwable failure, String attachment) {
                    told.completeExceptionally(failure);
                }
            });
            assertThat(told.join()).isEqualTo("tag2");
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void theEndNothingAndBadPositions() throws Exception {
        machine.put("a", new byte[] {4});
        try (AsynchronousFileChannel channel = AsynchronousFileChannel.open(path("/file/a"))) {
            assertThat(channel.read(ByteBuffer.allocate(4), 1).get()).isEqualTo(-1);
            assertThat(channel.read(ByteBuffer.allocate(4), Long.MAX_VALUE).get())
                    .isEqualTo(-1);
            assertThat(channel.read(ByteBuffer.allocate(0), 0).get()).isZero();
            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(4), -1))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(4), 0))
                    .isInstanceOf(NonWritableChannelException.class);
            assertThatThrownBy(() -> channel.tryLock()).isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void whatIsNotThereIsNotOpened() {
        assertThatThrownBy(() -> AsynchronousFileChannel.open(path("/file/none")))
                .isInstanceOf(NoSuchFileException.class);
        assertThat(machine.openFiles).hasValue(0);
    }

    @Test
    void aClosedChannelRefusesReads() throws IOException {
        machine.put("a", new byte[] {4});
        AsynchronousFileChannel channel = AsynchronousFileChannel.open(path("/file/a"));
        channel.close();
        channel.close();
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1), 0).get())
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(ClosedChannelException.class);
        assertThat(machine.openFiles).hasValue(0);
    }

    @Test
    void closingTheFileSystemClosesTheChannel() throws IOException {
        machine.put("a", new byte[] {4});
        AsynchronousFileChannel channel = AsynchronousFileChannel.open(path("/file/a"));
        var path = path("/file/a");
        files.close();
        assertThat(channel.isOpen()).isFalse();
        assertThatThrownBy(() -> AsynchronousFileChannel.open(path)).isInstanceOf(ClosedFileSystemException.class);
    }
}
