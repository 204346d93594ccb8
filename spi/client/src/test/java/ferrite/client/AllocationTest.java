package ferrite.client;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.ring.RingParameters;
import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;

class AllocationTest {
    private static final int BATCH = 32;
    private static final int TURNS = 20_000;

    private final FakePool pool = new FakePool();
    private final Reactor reactor = Reactor.builder(pool).build();
    private final PrimaryRingId ring = reactor.addPrimary(new NopRing(), new RingParameters(64, 256));
    private long sum;

    @Test
    void aPreparedRequestAllocatesNothing() {
        PreparedRequest nop = reactor.prepare(ring, Entries.nop(), this::add);
        assertThat(bytesPerOperation(() -> nop.submit(1))).isZero();
        assertThat(sum).as("contexts that came back").isPositive();
    }

    @Test
    void aPreparedRequestOnABufferAllocatesNothing() {
        BufferSlice buffer = pool.acquire(64, 1);
        PreparedRequest read = reactor.prepare(ring, Entries.pread(3, 0), this::add);
        assertThat(bytesPerOperation(() -> read.submit(buffer, 4096, 1))).isZero();
        assertThat(sum).as("contexts that came back").isPositive();
    }

    private void add(long context, long status, long flags, long extra) {
        sum += context + status;
    }

    private double bytesPerOperation(Runnable submit) {
        turns(submit, TURNS); // the compiler's turn
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long before = allocatedBytes();
            turns(submit, TURNS);
            least = Math.min(least, allocatedBytes() - before);
        }
        // The counter itself may cost a few bytes; one object of any operation would be 16 × BATCH × TURNS.
        return Math.floor(least / (double) (BATCH * TURNS));
    }

    /// By name, because the module under test does not read the management modules.
    private static long allocatedBytes() {
        try {
            Object threads = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            Method allocated =
                    Class.forName("com.sun.management.ThreadMXBean").getMethod("getCurrentThreadAllocatedBytes");
            return (long) allocated.invoke(threads);
        } catch (ReflectiveOperationException missing) {
            throw new LinkageError("the JVM has no counter of allocated bytes", missing);
        }
    }

    private void turns(Runnable submit, int count) {
        for (int turn = 0; turn < count; turn++) {
            for (int i = 0; i < BATCH; i++) {
                submit.run();
            }
            reactor.poll(BATCH);
            reactor.poll(BATCH);
        }
    }
}
