package ferrite.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.Layer;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingCreate;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.RingState;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.IoUringOperation;
import ferrite.spi.scheme.OpenFlags;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IoUringSchemeTest {
    private static final RingCreate CREATE = RingCreate.of(new RingParameters(8, 32));

    private Kernel kernel;
    private Application app;

    @BeforeEach
    void boot() {
        kernel = Kernel.boot(KernelParameters.DEFAULT);
        kernel.launch(
                new LaunchSpec("echo", "echo", Layer.CLASS_DRIVER, Optional.empty()),
                (context, _, _) -> new EchoPlugin(context, 1));
        app = kernel.openApplication("app");
    }

    @AfterEach
    void close() {
        app.close();
        kernel.close();
    }

    @Test
    void ringIsCreatedAttachedToTheKernelAndClosedWithItsFile() {
        long file = open();
        assertThat(write(file, CREATE)).isEqualTo(RingCreate.BYTES);
        ConsumerInstance ring = app.ring((int) attach(file, "io_uring:"));
        assertThat(ring.call(SubmissionQueueEntry.of(Opcode.NOP)).status()).isZero();
        app.kernel().closeFile(file);
        assertThat(ring.state()).isNotEqualTo(RingState.OPEN);
    }

    @Test
    void ringIsAttachedToASchemeByName() {
        long file = open();
        write(file, CREATE);
        ConsumerInstance ring = app.ring((int) attach(file, "echo:"));
        CompletionQueueEntry done =
                ring.call(SubmissionQueueEntry.of(EchoPlugin.ECHO).withAdditional(7, 0));
        assertThat(done.status()).isEqualTo(7);
    }

    @Test
    void ringToASchemeThatNobodyServesIsRefused() {
        long file = open();
        write(file, CREATE);
        assertThat(attach(file, "nobody:")).isEqualTo(Errno.ENODEV.status());
    }

    @Test
    void ringIsAttachedOnlyAfterItWasCreatedAndOnlyOnce() {
        long file = open();
        assertThat(attach(file, "io_uring:")).isEqualTo(Errno.EINVAL.status());
        write(file, CREATE);
        assertThat(write(file, CREATE)).isEqualTo(Errno.EALREADY.status());
        assertThat(attach(file, "io_uring:")).isPositive();
        assertThat(attach(file, "io_uring:")).isEqualTo(Errno.EALREADY.status());
    }

    @Test
    void anotherMajorVersionIsNotImplemented() {
        assertThat(write(open(), new RingCreate(1, 0, 0, 0, RingCreate.BYTES, 8, 32)))
                .isEqualTo(Errno.ENOSYS.status());
    }

    @Test
    void createRecordWithWrongLengthFlagsOrSizesIsInvalid() {
        long file = open();
        assertThat(write(file, new RingCreate(2, 0, 0, 0, 31, 8, 32))).isEqualTo(Errno.EINVAL.status());
        assertThat(write(file, new RingCreate(2, 0, 0, 2, 32, 8, 32))).isEqualTo(Errno.EINVAL.status());
        assertThat(write(file, new RingCreate(2, 0, 0, 0, 32, 7, 32))).isEqualTo(Errno.EINVAL.status());
        assertThat(write(file, new RingCreate(2, 0, 0, 0, 32, 8, 8))).isEqualTo(Errno.EINVAL.status());
        assertThat(write(file, new RingCreate(2, 0, 0, 0, 32, 8, 1L << 40))).isEqualTo(Errno.EINVAL.status());
        assertThat(write(file, new RingCreate(2, 0, 0, 0, 32, -8, -32))).isEqualTo(Errno.EINVAL.status());
        try (BufferSlice small = app.pool().acquire(31, 1)) {
            assertThat(app.kernel()
                            .call(SubmissionQueueEntry.of(Opcode.WRITE).withFd(file), small)
                            .status())
                    .isEqualTo(Errno.EINVAL.status());
        }
        assertThat(write(file, CREATE)).isEqualTo(RingCreate.BYTES);
    }

    @Test
    void otherPathDoesNotExist() {
        assertThatThrownBy(() -> app.kernel().open(app.pool(), "io_uring:other", OpenFlags.RDWR))
                .isInstanceOfSatisfying(
                        SchemeException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
    }

    @Test
    void polledRingIsServedWithoutBeingEntered() {
        ConsumerInstance ring = app.connect(EchoPlugin.NAME, new RingParameters(8, 32, true));
        for (int round = 0; round < 100; round++) {
            ring.submit(SubmissionQueueEntry.of(EchoPlugin.ECHO).withAdditional(round, 0), round);
            assertThat(ring.enter(1, 0, TimeUnit.SECONDS.toNanos(10))).isEqualTo(1);
            long[] status = new long[1];
            assertThat(ring.reap((_, answered, _, _) -> status[0] = answered, 1))
                    .isEqualTo(1);
            assertThat(status[0]).isEqualTo(round);
        }
        ring.close();
    }

    @Test
    void waitForSeveralRingsEndsWhenOneOfThemBringsSomething() {
        ConsumerInstance first = app.openRing(new RingParameters(4, 8));
        ConsumerInstance second = app.openRing(new RingParameters(4, 8));
        first.submit(SubmissionQueueEntry.of(Opcode.TIMEOUT).withOffset(TimeUnit.HOURS.toNanos(1)));
        second.submit(SubmissionQueueEntry.of(Opcode.TIMEOUT).withOffset(TimeUnit.MILLISECONDS.toNanos(2)));
        assertThat(app.await(() -> first.enter(0) + second.enter(0) > 0, TimeUnit.SECONDS.toNanos(10)))
                .isTrue();
        assertThat(first.enter(0)).isZero();
        assertThat(second.enter(0)).isEqualTo(1);
    }

    @Test
    void enterEndsWhenItsTimeIsUp() {
        app.kernel().submit(SubmissionQueueEntry.of(Opcode.TIMEOUT).withOffset(TimeUnit.HOURS.toNanos(1)));
        assertThat(app.kernel().enter(1, 0, TimeUnit.MILLISECONDS.toNanos(5))).isZero();
    }

    private long open() {
        return app.kernel().open(app.pool(), "io_uring:", OpenFlags.RDWR | OpenFlags.CREAT);
    }

    private long write(long file, RingCreate create) {
        try (BufferSlice buffer = app.pool().acquire(RingCreate.BYTES, 8)) {
            create.encode(buffer.segment(), 0);
            return app.kernel()
                    .call(SubmissionQueueEntry.of(Opcode.WRITE).withFd(file), buffer)
                    .status();
        }
    }

    private long attach(long file, String target) {
        byte[] name = target.getBytes(StandardCharsets.UTF_8);
        try (BufferSlice buffer = app.pool().acquire(name.length, 1)) {
            MemorySegment.copy(MemorySegment.ofArray(name), 0, buffer.segment(), 0, name.length);
            return app.kernel()
                    .call(SubmissionQueueEntry.of(IoUringOperation.ATTACH).withFd(file), buffer)
                    .status();
        }
    }
}
