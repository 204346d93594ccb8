package ferrite.runtime;

import static ferrite.runtime.Caller.U32;
import static ferrite.runtime.Caller.U64;
import static ferrite.runtime.Caller.entry;
import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.EventFlags;
import ferrite.spi.scheme.OpenFlags;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What waits: futexes, timeouts, timers, events.
@Timeout(60)
class WaitingTest {
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    private Kernel kernel;
    private Application application;
    private Caller app;

    @BeforeEach
    void boot() {
        kernel = Kernel.boot(KernelParameters.DEFAULT);
        application = kernel.openApplication("test");
        app = new Caller(application);
    }

    @AfterEach
    void close() {
        application.close();
        kernel.close();
    }

    @Test
    void aFutexWaiterIsWoken() {
        try (BufferSlice word = app.pool().acquire(4, 4)) {
            word.segment().set(U32, 0, 5);
            app.kernel().submit(futexWait(5).withUserData(1), word);
            app.kernel().submit(futexWait(5).withUserData(2), word);
            assertThat(app.kernel().enter(0)).isZero();
            assertThat(app.status(futexWake(1), word)).isEqualTo(1);
            assertThat(app.await(1)).extracting(CompletionQueueEntry::userData).containsExactly(1L);
            assertThat(app.status(futexWake(10), word)).isEqualTo(1);
            assertThat(app.await(1)).extracting(CompletionQueueEntry::status).containsExactly(0L);
            assertThat(app.status(futexWake(10), word)).isZero();
        }
    }

    @Test
    void aFutexWhoseWordDiffersDoesNotWait() {
        try (BufferSlice word = app.pool().acquire(4, 4)) {
            word.segment().set(U32, 0, -1);
            assertThat(app.status(futexWait(5), word)).isEqualTo(Errno.EAGAIN.status());
            app.kernel().submit(futexWait(-1).withUserData(1), word);
            app.kernel().enter(0);
            assertThat(app.status(entry(Opcode.CANCEL).withAdditional(1, 0))).isZero();
            assertThat(app.await(1).getFirst().status()).isEqualTo(Errno.ECANCELED.status());
            assertThat(app.status(futexWake(1), word)).isZero();
        }
    }

    @Test
    void aFutexIsFourAlignedBytesThatTheCallerHolds() {
        try (BufferSlice word = app.pool().acquire(16, 8)) {
            assertThat(app.status(futexWait(0), word)).isEqualTo(Errno.EINVAL.status());
            assertThat(app.status(futexWait(0), word.slice(1, 4))).isEqualTo(Errno.EINVAL.status());
            assertThat(app.status(futexWake(-1), word.slice(0, 4))).isEqualTo(Errno.EINVAL.status());
            assertThat(app.status(futexWait(0), word.slice(0, 4).restrict(Access.WRITE)))
                    .isEqualTo(Errno.EACCES.status());
            assertThat(app.status(futexWait(0).withAddress(word.address(), 4))).isEqualTo(Errno.EFAULT.status());
        }
    }

    @Test
    void aLinkTimeoutTakesBackWhatIsTooSlow() {
        long pipe = app.open("pipe:");
        long writer = app.dup(pipe, "write");
        try (BufferSlice buffer = app.pool().acquire(8, 1)) {
            app.kernel().submit(read(pipe).withFlags(SqeFlags.CHAIN).withUserData(1), buffer);
            app.kernel().submit(entry(Opcode.LINK_TIMEOUT).withOffset(1_000_000).withUserData(2));
            List<CompletionQueueEntry> done = app.await(2);
            assertThat(statusOf(done, 1)).isEqualTo(Errno.ECANCELED.status());
            assertThat(statusOf(done, 2)).isEqualTo(Errno.ETIMEDOUT.status());
        }
        assertThat(app.write(writer, "later")).isEqualTo(5);
        assertThat(app.read(pipe, 8)).isEqualTo("later");
    }

    @Test
    void aLinkTimeoutOfWhatIsInTimeIsCancelled() {
        long pipe = app.open("pipe:");
        long writer = app.dup(pipe, "write");
        try (BufferSlice buffer = app.pool().acquire(3, 1)) {
            app.kernel().submit(read(pipe).withFlags(SqeFlags.CHAIN).withUserData(1), buffer);
            app.kernel().submit(entry(Opcode.LINK_TIMEOUT).withOffset(HOUR).withUserData(2));
            app.kernel().enter(0);
            app.write(writer, "abc");
            List<CompletionQueueEntry> done = app.await(2);
            assertThat(statusOf(done, 1)).isEqualTo(3);
            assertThat(statusOf(done, 2)).isEqualTo(Errno.ECANCELED.status());
        }
    }

    @Test
    void timedReadsLoseNoByteWhateverComesFirst() {
        long seed = Long.getLong("SEED", System.nanoTime());
        Random random = new Random(seed);
        long pipe = app.open("pipe:");
        long writer = app.dup(pipe, "write");
        long read = 0;
        long written = 0;
        try (BufferSlice buffer = app.pool().acquire(1, 1)) {
            for (int round = 0; round < 5_000; round++) {
                app.kernel().submit(read(pipe).withFlags(SqeFlags.CHAIN).withUserData(1), buffer);
                app.kernel()
                        .submit(entry(Opcode.LINK_TIMEOUT)
                                .withOffset(random.nextInt(60_000))
                                .withUserData(2));
                app.kernel().enter(0);
                if (random.nextBoolean()) {
                    written += app.write(writer, "x");
                }
                List<CompletionQueueEntry> done = app.await(2);
                assertThat(done).as("SEED=%d, round %d", seed, round).hasSize(2);
                boolean inTime = statusOf(done, 2) == Errno.ECANCELED.status();
                assertThat(statusOf(done, 1))
                        .as("SEED=%d, round %d, in time: %s", seed, round, inTime)
                        .isEqualTo(inTime ? 1 : Errno.ECANCELED.status());
                read += inTime ? 1 : 0;
            }
        }
        app.kernel().closeFile(writer);
        assertThat(read + app.read(pipe, 10_000).length()).as("SEED=%d", seed).isEqualTo(written);
    }

    @Test
    void aLinkTimeoutWithoutALinkIsInvalid() {
        assertThat(app.status(entry(Opcode.LINK_TIMEOUT).withOffset(1))).isEqualTo(Errno.EINVAL.status());
        assertThat(app.status(entry(Opcode.TIMEOUT).withOffset(-1))).isEqualTo(Errno.EINVAL.status());
    }

    @Test
    void aTimeoutThatWasCancelledDoesNotEndTheNextRequestOfItsRecord() {
        long pipe = app.open("pipe:");
        long writer = app.dup(pipe, "write");
        try (BufferSlice buffer = app.pool().acquire(8, 1)) {
            app.kernel().submit(entry(Opcode.TIMEOUT).withOffset(20_000_000).withUserData(1));
            app.kernel().enter(0);
            app.status(entry(Opcode.CANCEL).withAdditional(1, 0));
            assertThat(app.await(1).getFirst().status()).isEqualTo(Errno.ECANCELED.status());
            for (int i = 0; i < 8; i++) {
                app.kernel().submit(read(pipe).withUserData(2), buffer);
            }
            app.kernel().submit(entry(Opcode.TIMEOUT).withOffset(40_000_000).withUserData(3));
            List<CompletionQueueEntry> done = app.await(1);
            assertThat(done).extracting(CompletionQueueEntry::userData).containsExactly(3L);
        }
        app.kernel().closeFile(writer);
    }

    @Test
    void aMillionCancelledTimeoutsLeaveNothingBehind() {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        long before = runtime.totalMemory() - runtime.freeMemory();
        for (int i = 0; i < 1_000_000; i++) {
            app.kernel().submit(entry(Opcode.TIMEOUT).withOffset(HOUR - i).withUserData(i));
            app.kernel().submit(entry(Opcode.CANCEL).withAdditional(i, 0));
            app.kernel().enter(2);
            app.kernel().reap((_, _, _, _) -> {}, 10);
        }
        System.gc();
        assertThat(runtime.totalMemory() - runtime.freeMemory() - before)
                .as("bytes that are kept; a million timers would be more than 50 MB")
                .isLessThan(10 << 20);
    }

    @Test
    void anIntervalTimerCountsItsExpiries() {
        long timer = app.open("itimer:4");
        setTimer(timer, 1_000_000);
        long seen = 0;
        while (seen < 5) {
            seen += readTimer(timer);
        }
        setTimer(timer, 0);
        long nonBlocking = app.open("itimer:4", OpenFlags.RDWR | OpenFlags.NONBLOCK);
        assertThat(readTimer(nonBlocking)).isEqualTo(Errno.EAGAIN.status());
    }

    @Test
    void anIntervalTimerTellsEventsUntilItIsClosed() {
        long timer = app.open("itimer:1");
        app.kernel()
                .submit(entry(Opcode.REGISTER_EVENTS)
                        .withFd(timer)
                        .withFlags(SqeFlags.SUBSCRIBE)
                        .withSyscallFlags(EventFlags.READ));
        setTimer(timer, 1_000_000);
        int events = 0;
        while (events < 3) {
            events += app.await(1).size();
        }
        app.kernel().closeFile(timer);
        CompletionQueueEntry last = app.await(1).getLast();
        while (last.hasMore()) {
            last = app.await(1).getLast();
        }
        assertThat(last.status()).isEqualTo(Errno.ECANCELED.status());
    }

    @Test
    void aTimerThatFiresOnceFiresOnce() {
        long timer = app.open("itimer:4", OpenFlags.RDWR);
        try (BufferSlice both = app.pool().acquire(32, 8)) {
            both.segment().fill((byte) 0);
            both.segment().set(U32, 24, 1_000_000);
            assertThat(app.status(entry(Opcode.PWRITE).withFd(timer), both)).isEqualTo(32);
        }
        assertThat(readTimer(timer)).isEqualTo(1);
        try (BufferSlice buffer = app.pool().acquire(8, 8)) {
            app.kernel().submit(read(timer).withUserData(1), buffer);
            app.kernel().submit(entry(Opcode.TIMEOUT).withOffset(10_000_000).withUserData(2));
            assertThat(app.await(1)).extracting(CompletionQueueEntry::userData).containsExactly(2L);
        }
    }

    @Test
    void badTimersAreInvalid() {
        Caller.assertErrno(Errno.ENOENT, () -> app.open("itimer:2"));
        long timer = app.open("itimer:4");
        try (BufferSlice buffer = app.pool().acquire(20, 8)) {
            SubmissionQueueEntry write = entry(Opcode.PWRITE).withFd(timer);
            buffer.segment().fill((byte) 0);
            assertThat(app.status(write, buffer)).isEqualTo(Errno.EINVAL.status());
            buffer.segment().set(U32, 8, 999);
            assertThat(app.status(write, buffer.slice(0, 16))).isEqualTo(Errno.EINVAL.status());
            buffer.segment().set(U32, 8, 1_000_000_000);
            assertThat(app.status(write, buffer.slice(0, 16))).isEqualTo(Errno.EINVAL.status());
            buffer.segment().set(U64, 0, -1);
            assertThat(app.status(write, buffer.slice(0, 16))).isEqualTo(Errno.EINVAL.status());
            assertThat(app.status(entry(Opcode.PREAD).withFd(timer), buffer.slice(0, 4)))
                    .isEqualTo(Errno.EINVAL.status());
        }
    }

    @Test
    void aCancelledWatchOfTimeIsForgotten() {
        long time = app.open("time:4");
        app.kernel()
                .submit(entry(Opcode.REGISTER_EVENTS)
                        .withFd(time)
                        .withSyscallFlags(EventFlags.READ)
                        .withUserData(1));
        app.kernel().enter(0);
        app.status(entry(Opcode.CANCEL).withAdditional(1, 0));
        assertThat(app.await(1).getFirst().status()).isEqualTo(Errno.ECANCELED.status());
        long pipe = app.open("pipe:");
        app.dup(pipe, "write");
        SubmissionQueueEntry watch = entry(Opcode.REGISTER_EVENTS).withFd(pipe).withSyscallFlags(EventFlags.READ);
        for (int i = 0; i < 8; i++) {
            app.kernel().submit(watch.withUserData(2));
        }
        try (BufferSlice buffer = app.pool().acquire(16, 8)) {
            buffer.segment().fill((byte) 0);
            assertThat(app.status(entry(Opcode.PWRITE).withFd(time), buffer)).isEqualTo(16);
            app.kernel().submit(entry(Opcode.TIMEOUT).withOffset(10_000_000).withUserData(3));
            assertThat(app.await(1)).extracting(CompletionQueueEntry::userData).containsExactly(3L);
        }
    }

    @Test
    void pipeEndsTellWhenTheyAreReady() {
        long pipe = app.open("pipe:");
        long writer = app.dup(pipe, "write");
        app.kernel()
                .submit(entry(Opcode.REGISTER_EVENTS)
                        .withFd(pipe)
                        .withSyscallFlags(EventFlags.READ)
                        .withUserData(1));
        assertThat(app.kernel().enter(0)).isZero();
        app.write(writer, "x");
        assertThat(app.await(1).getFirst().status()).isEqualTo(EventFlags.READ);
        assertThat(app.status(entry(Opcode.REGISTER_EVENTS).withFd(pipe).withSyscallFlags(EventFlags.WRITE)))
                .isEqualTo(Errno.EINVAL.status());
        app.kernel()
                .submit(entry(Opcode.REGISTER_EVENTS)
                        .withFd(writer)
                        .withFlags(SqeFlags.SUBSCRIBE)
                        .withSyscallFlags(EventFlags.WRITE)
                        .withUserData(2));
        assertThat(app.await(1).getFirst().status()).isEqualTo(EventFlags.WRITE);
    }

    @Test
    void anEventQueueThatIsEmptySaysTryAgainAndWatchesNoOther() {
        long queue = app.open("event:", OpenFlags.RDWR | OpenFlags.NONBLOCK);
        long other = app.open("event:");
        try (BufferSlice buffer = app.pool().acquire(24, 8)) {
            assertThat(app.status(read(queue), buffer)).isEqualTo(Errno.EAGAIN.status());
            buffer.segment().set(U64, 0, other);
            buffer.segment().set(U64, 8, EventFlags.READ);
            assertThat(app.status(entry(Opcode.WRITE).withFd(queue), buffer)).isEqualTo(Errno.ELOOP.status());
        }
    }

    private static long statusOf(List<CompletionQueueEntry> done, long userData) {
        return done.stream()
                .filter(each -> each.userData() == userData)
                .findFirst()
                .orElseThrow()
                .status();
    }

    private static SubmissionQueueEntry read(long fd) {
        return entry(Opcode.READ).withFd(fd);
    }

    private static SubmissionQueueEntry futexWait(int value) {
        return entry(Opcode.FUTEX_WAIT).withAdditional(value, 0);
    }

    private static SubmissionQueueEntry futexWake(long most) {
        return entry(Opcode.FUTEX_WAKE).withAdditional(most, 0);
    }

    private void setTimer(long timer, int intervalNanos) {
        try (BufferSlice interval = app.pool().acquire(16, 8)) {
            interval.segment().fill((byte) 0);
            interval.segment().set(U32, 8, intervalNanos);
            assertThat(app.status(entry(Opcode.PWRITE).withFd(timer), interval)).isEqualTo(16);
        }
    }

    private long readTimer(long timer) {
        try (BufferSlice count = app.pool().acquire(8, 8)) {
            long status = app.status(read(timer), count);
            return status == 8 ? count.segment().get(U64, 0) : status;
        }
    }
}
