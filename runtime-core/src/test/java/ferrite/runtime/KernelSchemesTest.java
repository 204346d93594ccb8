package ferrite.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.CqeFlags;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.EventFlags;
import ferrite.spi.scheme.IrqOperation;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Stat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KernelSchemesTest {
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Kernel kernel;
    private Application app;

    @BeforeEach
    void boot() {
        kernel = Kernel.boot(KernelParameters.DEFAULT);
        app = kernel.openApplication("test");
    }

    @AfterEach
    void close() {
        app.close();
        kernel.close();
    }

    @Test
    void rootListsTheKernelsOwnSchemes() {
        assertThat(text(":").lines())
                .containsExactly(
                        "debug",
                        "event",
                        "io_uring",
                        "irq",
                        "itimer",
                        "log",
                        "memory",
                        "null",
                        "pipe",
                        "proc",
                        "rand",
                        "spawn",
                        "sys",
                        "time",
                        "zero");
    }

    @Test
    void schemeSocketReadStaysPendingWithoutBlockingUntilARequestComes() {
        long socket = open(":mine", OpenFlags.CREAT | OpenFlags.EXCL | OpenFlags.RDWR);
        try (BufferSlice buffer = app.pool().acquire(1, 1)) {
            app.kernel()
                    .submit(SubmissionQueueEntry.of(Opcode.READ).withFd(socket).withUserData(1), buffer);
            assertThat(app.kernel().enter(0)).isZero();
            Thread client = Thread.ofPlatform().start(() -> {
                try (Application other = kernel.openApplication("client")) {
                    // Nobody answers; the close of the socket ends it.
                    assertThatThrownBy(() -> other.kernel().open(other.pool(), "mine:x", OpenFlags.RDONLY))
                            .isInstanceOf(SchemeException.class);
                }
            });
            assertThat(app.kernel().enter(1)).isEqualTo(1);
            assertThat(reapOne().status()).isEqualTo(1);
            app.kernel().closeFile(socket);
            join(client);
        }
    }

    @Test
    void schemeNameThatIsTakenIsRefused() {
        open(":mine", OpenFlags.CREAT | OpenFlags.EXCL | OpenFlags.RDWR);
        try (Application other = kernel.openApplication("other")) {
            assertErrno(
                    Errno.EEXIST, () -> other.kernel().open(other.pool(), ":mine", OpenFlags.CREAT | OpenFlags.RDWR));
        }
        assertErrno(Errno.EEXIST, () -> open(":time", OpenFlags.CREAT | OpenFlags.RDWR));
    }

    @Test
    void pathWithoutSchemeIsInvalid() {
        assertErrno(Errno.EINVAL, () -> open("nothing", OpenFlags.RDONLY));
    }

    @Test
    void signalledMessageIsAnEventOnItsInterrupt() {
        long irq = open("irq:cpu-00/20", OpenFlags.CREAT | OpenFlags.EXCL | OpenFlags.RDWR);
        long msi = open("irq:msi", OpenFlags.WRONLY);
        app.kernel()
                .submit(SubmissionQueueEntry.of(Opcode.REGISTER_EVENTS)
                        .withFlags(SqeFlags.SUBSCRIBE)
                        .withSyscallFlags(EventFlags.READ)
                        .withFd(irq)
                        .withUserData(9));
        assertThat(signal(msi, 0xFEE0_0000L, 52)).isZero();
        assertThat(signal(msi, 0xFEE0_0000L, 52)).isZero();

        List<CompletionQueueEntry> events = new ArrayList<>();
        app.kernel().reap(events::add, 10);
        assertThat(events).hasSize(2).allSatisfy(event -> {
            assertThat(event.userData()).isEqualTo(9);
            assertThat(event.hasMore()).isTrue();
        });
        assertThat(events.getLast().extra()).isEqualTo(2);
    }

    @Test
    void messageForNoInterruptIsAnError() {
        long msi = open("irq:msi", OpenFlags.WRONLY);
        assertThat(signal(msi, 0xFEE0_0000L, 53)).isEqualTo(Errno.ENXIO.status());
        assertThat(signal(msi, 0x1000, 52)).isEqualTo(Errno.ENXIO.status());
    }

    @Test
    void interruptIsTakenOnce() {
        open("irq:cpu-00/20", OpenFlags.CREAT | OpenFlags.EXCL | OpenFlags.RDWR);
        assertErrno(Errno.EEXIST, () -> open("irq:cpu-00/20", OpenFlags.CREAT | OpenFlags.RDWR));
        assertErrno(Errno.EINVAL, () -> open("irq:cpu-00/21", OpenFlags.RDWR));
        assertErrno(Errno.ENOENT, () -> open("irq:cpu-00/9999", OpenFlags.CREAT | OpenFlags.RDWR));
        assertThat(text("irq:cpu-00").lines()).contains("19", "21").doesNotContain("20");
    }

    @Test
    void closingAnInterruptEndsItsWatch() {
        long irq = open("irq:cpu-00/20", OpenFlags.CREAT | OpenFlags.RDWR);
        app.kernel()
                .submit(SubmissionQueueEntry.of(Opcode.REGISTER_EVENTS)
                        .withFlags(SqeFlags.SUBSCRIBE)
                        .withSyscallFlags(EventFlags.READ)
                        .withFd(irq));
        app.kernel().enter(0);
        app.kernel().closeFile(irq);
        assertThat(app.kernel().enter(1)).isEqualTo(1);
        CompletionQueueEntry last = reapOne();
        assertThat(last.status()).isEqualTo(Errno.ECANCELED.status());
        assertThat(last.flags() & CqeFlags.LAST_UPDATE).isNotZero();
    }

    @Test
    void pipeCarriesBytesAndEndsWhenItsWriterCloses() {
        long reader = open("pipe:", OpenFlags.RDONLY);
        long writer = dup(reader, "write");
        write(writer, "hello");
        assertThat(read(reader, 100)).isEqualTo("hello");
        app.kernel().closeFile(writer);
        assertThat(read(reader, 100)).isEmpty();
    }

    @Test
    void pipeReadWaitsForAWrite() {
        long reader = open("pipe:", OpenFlags.RDONLY);
        long writer = dup(reader, "write");
        try (BufferSlice buffer = app.pool().acquire(8, 1)) {
            app.kernel()
                    .submit(SubmissionQueueEntry.of(Opcode.READ).withFd(reader).withUserData(4), buffer);
            assertThat(app.kernel().enter(0)).isZero();
            write(writer, "abc");
            app.kernel().enter(1);
            assertThat(reapOne().status()).isEqualTo(3);
        }
    }

    @Test
    void writeToAPipeWithoutReaderIsBroken() {
        long reader = open("pipe:", OpenFlags.RDONLY);
        long writer = dup(reader, "write");
        app.kernel().closeFile(reader);
        assertErrno(Errno.EPIPE, () -> write(writer, "x"));
    }

    @Test
    void nonBlockingPipeReadSaysTryAgain() {
        long reader = open("pipe:", OpenFlags.RDONLY | OpenFlags.NONBLOCK);
        dup(reader, "write");
        assertErrno(Errno.EAGAIN, () -> read(reader, 10));
    }

    @Test
    void eventQueueTellsWhichDescriptorIsReady() {
        long irq = open("irq:cpu-00/20", OpenFlags.CREAT | OpenFlags.RDWR);
        long msi = open("irq:msi", OpenFlags.WRONLY);
        long queue = open("event:", OpenFlags.RDWR);
        try (BufferSlice buffer = app.pool().acquire(24, 8)) {
            MemorySegment record = buffer.segment();
            record.set(U64, 0, irq);
            record.set(U64, 8, EventFlags.READ);
            record.set(U64, 16, 4711);
            assertThat(app.kernel().pwrite(queue, buffer, 0)).isEqualTo(24);
            record.fill((byte) 0);
            signal(msi, 0xFEE0_0000L, 52);
            assertThat(app.kernel().pread(queue, buffer, 0)).isEqualTo(24);
            assertThat(record.get(U64, 0)).isEqualTo(irq);
            assertThat(record.get(U64, 8)).isEqualTo(EventFlags.READ);
            assertThat(record.get(U64, 16)).isEqualTo(4711);
        }
    }

    @Test
    void timeAlarmRings() {
        long time = open("time:4", OpenFlags.RDWR);
        try (BufferSlice buffer = app.pool().acquire(16, 8)) {
            assertThat(app.kernel().pread(time, buffer, 0)).isEqualTo(16);
            buffer.segment().set(U64, 0, buffer.segment().get(U64, 0));
            app.kernel()
                    .submit(SubmissionQueueEntry.of(Opcode.REGISTER_EVENTS)
                            .withSyscallFlags(EventFlags.READ)
                            .withFd(time));
            assertThat(app.kernel().pwrite(time, buffer, 0)).isEqualTo(16);
            assertThat(app.kernel().enter(1)).isEqualTo(1);
            assertThat(reapOne().status()).isEqualTo(EventFlags.READ);
        }
    }

    @Test
    void timeoutCompletesAndCanBeCancelled() {
        SubmissionQueueEntry timeout = SubmissionQueueEntry.of(Opcode.TIMEOUT);
        app.kernel().submit(timeout.withOffset(1_000_000).withUserData(1));
        app.kernel().enter(1);
        assertThat(reapOne().status()).isEqualTo(Errno.ETIMEDOUT.status());

        app.kernel().submit(timeout.withOffset(TimeUnit.HOURS.toNanos(1)).withUserData(2));
        app.kernel().enter(0);
        app.kernel().call(SubmissionQueueEntry.of(Opcode.CANCEL).withAdditional(2, 0));
        app.kernel().enter(1);
        assertThat(reapOne().status()).isEqualTo(Errno.ECANCELED.status());
    }

    @Test
    void cancelOfNothingSaysSo() {
        CompletionQueueEntry done =
                app.kernel().call(SubmissionQueueEntry.of(Opcode.CANCEL).withAdditional(77, 0));
        assertThat(done.status()).isEqualTo(Errno.ENOENT.status());
    }

    @Test
    void unknownOpcodesAreRefused() {
        assertThat(app.kernel().call(SubmissionQueueEntry.of(100)).status()).isEqualTo(Errno.ENOSYS.status());
        assertThat(app.kernel().call(SubmissionQueueEntry.of(200).withFd(55)).status())
                .isEqualTo(Errno.EBADF.status());
    }

    @Test
    void readWithoutBufferIsABadAddress() {
        long file = open("sys:uname", OpenFlags.RDONLY);
        assertThat(app.kernel()
                        .call(SubmissionQueueEntry.of(Opcode.PREAD).withFd(file))
                        .status())
                .isEqualTo(Errno.EFAULT.status());
    }

    @Test
    void readAndSeekShareThePositionOfADescriptor() {
        long file = open("sys:uname", OpenFlags.RDONLY);
        assertThat(read(file, 3)).isEqualTo("Fer");
        assertThat(read(file, 4)).isEqualTo("rite");
        assertThat(app.kernel()
                        .call(SubmissionQueueEntry.of(Opcode.SEEK).withFd(file).withOffset(0))
                        .status())
                .isZero();
        assertThat(read(file, 3)).isEqualTo("Fer");
    }

    @Test
    void seekFromTheEndAsksForTheSize() {
        long file = open("sys:uname", OpenFlags.RDONLY);
        long size = stat("sys:uname").size();
        SubmissionQueueEntry seek =
                SubmissionQueueEntry.of(Opcode.SEEK).withFd(file).withAdditional(2, 0);
        assertThat(app.kernel().call(seek.withOffset(-2)).status()).isEqualTo(size - 2);
        assertThat(read(file, 10)).hasSize(2);
        assertThat(app.kernel().call(seek.withOffset(-size - 1)).status()).isEqualTo(Errno.EINVAL.status());
    }

    @Test
    void sysListsWhatIsThere() {
        assertThat(text("sys:").lines()).contains("context", "ring", "pool", "scheme", "plugin", "uname");
        assertThat(text("sys:context")).contains("test");
        assertThat(text("sys:ring")).contains("UserToKernel");
        assertErrno(Errno.ENOENT, () -> open("sys:nothing", OpenFlags.RDONLY));
    }

    @Test
    void fstatTellsDirectoriesFromFiles() {
        assertThat(stat("sys:").isDirectory()).isTrue();
        assertThat(stat("sys:uname").mode()).isEqualTo(Stat.MODE_FILE);
        assertThat(stat("irq:cpu-00").isDirectory()).isTrue();
    }

    @Test
    void spawnWishReachesItsHandler() throws InterruptedException {
        BlockingQueue<SpawnRequest> wishes = new ArrayBlockingQueue<>(1);
        kernel.onSpawn(wishes::add);
        long spawn = open("spawn:xhcid", OpenFlags.WRONLY);
        write(spawn, "instance=xhcid@1\naddress=0000:00:04.0\n");
        SpawnRequest wish = wishes.poll(10, TimeUnit.SECONDS);
        assertThat(wish).isNotNull();
        assertThat(wish.plugin()).isEqualTo("xhcid");
        assertThat(wish.instance()).isEqualTo("xhcid@1");
        assertThat(wish.settings()).containsExactly(java.util.Map.entry("address", "0000:00:04.0"));
    }

    @Test
    void spawnWishWithoutInstanceOrOfNonsenseIsABadMessage() {
        long spawn = open("spawn:xhcid", OpenFlags.WRONLY);
        assertErrno(Errno.EBADMSG, () -> write(spawn, "address=0000:00:04.0"));
        assertErrno(Errno.EBADMSG, () -> write(spawn, "nonsense"));
    }

    private long open(String path, long flags) {
        return app.kernel().open(app.pool(), path, flags);
    }

    private long dup(long fd, String argument) {
        try (BufferSlice buffer = bytes(argument)) {
            return app.kernel()
                    .call(SubmissionQueueEntry.of(Opcode.DUP).withFd(fd), buffer)
                    .valueOrThrow("dup");
        }
    }

    private long write(long fd, String text) {
        try (BufferSlice buffer = bytes(text)) {
            return app.kernel().pwrite(fd, buffer, 0);
        }
    }

    private String read(long fd, int bytes) {
        try (BufferSlice buffer = app.pool().acquire(bytes, 1)) {
            long count = app.kernel()
                    .call(SubmissionQueueEntry.of(Opcode.READ).withFd(fd), buffer)
                    .valueOrThrow("read");
            byte[] read = buffer.segment().asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
            return new String(read, StandardCharsets.UTF_8);
        }
    }

    private String text(String path) {
        return read(open(path, OpenFlags.RDONLY), 65_536);
    }

    private Stat stat(String path) {
        try (BufferSlice buffer = app.pool().acquire(Stat.BYTES, 8)) {
            app.kernel()
                    .call(SubmissionQueueEntry.of(Opcode.FSTAT).withFd(open(path, OpenFlags.RDONLY)), buffer)
                    .valueOrThrow("fstat");
            return Stat.decode(buffer.segment(), 0);
        }
    }

    private BufferSlice bytes(String text) {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        BufferSlice buffer = app.pool().acquire(content.length, 1);
        buffer.segment().copyFrom(MemorySegment.ofArray(content));
        return buffer;
    }

    private long signal(long msi, long address, long data) {
        return app.kernel()
                .call(SubmissionQueueEntry.of(IrqOperation.SIGNAL).withFd(msi).withAdditional(address, data))
                .status();
    }

    private CompletionQueueEntry reapOne() {
        List<CompletionQueueEntry> done = new ArrayList<>();
        app.kernel().reap(done::add, 1);
        return done.getFirst();
    }

    private static void assertErrno(Errno errno, org.assertj.core.api.ThrowableAssert.ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        SchemeException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
