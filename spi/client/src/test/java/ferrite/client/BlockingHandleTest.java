package ferrite.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BlockingHandleTest {
    private final Rig rig = new Rig(
            (ring, sent) -> {
                if (sent.opcode() == Opcode.CANCEL.code()) {
                    ring.answerCancel(sent);
                } else if (sent.opcode() == Opcode.CLOSE.code()) {
                    ring.complete(sent.tag(), Errno.EBADF.status());
                } else if (sent.opcode() != Opcode.WAITPID.code()) {
                    ring.complete(sent.tag(), sent.entry().offset());
                }
            },
            new RingParameters(8, 32),
            16);
    private final BlockingHandle handle = rig.handle().blocking();
    private final Thread owner = Thread.ofPlatform().start(rig.reactor::run);

    @AfterEach
    void close() throws InterruptedException {
        rig.reactor.close();
        owner.join();
    }

    @Test
    void manyVirtualThreadsShareOneRingAndEachGetsItsOwnAnswer() throws InterruptedException {
        ConcurrentLinkedQueue<Throwable> wrong = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int number = i;
            threads.add(Thread.ofVirtual().start(() -> {
                BufferSlice buffer = rig.pool.acquire(8, 1);
                for (int round = 0; round < 20; round++) {
                    long wanted = number * 1000L + round;
                    if (handle.pread(1, buffer, wanted) != wanted) {
                        wrong.add(new AssertionError("thread " + number));
                    }
                }
                buffer.close();
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).isEmpty();
        assertThat(rig.pool.slicesInUse()).isZero();
    }

    @Test
    void theErrorOfThePeerIsThrown() {
        assertThatThrownBy(() -> handle.close(4))
                .isInstanceOfSatisfying(
                        SchemeException.class,
                        thrown -> assertThat(thrown.errno()).isEqualTo(Errno.EBADF))
                .hasMessageContaining("close 4");
    }

    @Test
    void aCallerThatIsInterruptedGetsItsErrorAndItsRequestIsCancelled() throws InterruptedException {
        CompletableFuture<Errno> result = new CompletableFuture<>();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                handle.waitpid(3);
            } catch (SchemeException thrown) {
                result.complete(Thread.currentThread().isInterrupted() ? thrown.errno() : Errno.EIO);
            }
        });
        while (rig.ring.seen(Opcode.WAITPID).isEmpty()) {
            Thread.onSpinWait();
        }
        caller.interrupt();
        assertThat(result.join()).isEqualTo(Errno.EINTR);
        while (rig.ring.seen(Opcode.CANCEL).isEmpty()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void theThreadThatDrivesIsRefusedInsteadOfWaitingForItself() {
        CompletableFuture<Long> future = rig.reactor.spawn(handle::nop);
        assertThatThrownBy(future::join).hasRootCauseInstanceOf(IllegalStateException.class);
    }
}
