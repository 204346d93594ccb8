package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.DmaConstraints;
import ferrite.spi.error.Errno;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DmaConstraintsTest {
    private static final long KIB_64 = 64 * Pools.KIB;
    private static final DmaConstraints LOW = new DmaConstraints(true, 0);
    private static final DmaConstraints BOUNDARY = new DmaConstraints(false, KIB_64);

    private final AddressSpace addresses = new AddressSpace();
    private final SharedBufferPool pool = new SharedBufferPool(
            "driver",
            new PoolParameters(Pools.MIB, Pools.MIB, 8 * Pools.MIB, false),
            RegionSource.heapless(addresses),
            RegionSource.below4GiB(addresses),
            System::nanoTime);
    private final PoolView view = new PoolView(pool, new ViewArena("driver"));

    @AfterEach
    void freeTheMemory() {
        pool.closeForced();
    }

    @Test
    void lowMemoryIsGivenOnRequestAndOnlyThen() {
        BufferSlice usual = view.acquire(4096, 1);
        BufferSlice low = view.acquireDma(4096, 4096, LOW);
        BufferSlice lowAgain = view.acquireDma(4096, 4096, LOW);
        BufferSlice usualAgain = view.acquire(4096, 1);

        assertThat(low.address() + low.length()).isLessThan(1L << 32);
        assertThat(lowAgain.address()).isEqualTo(low.address() + 4096);
        assertThat(usual.address()).isGreaterThanOrEqualTo(1L << 32);
        assertThat(usualAgain.address()).isGreaterThanOrEqualTo(1L << 32);
        assertThat(view.reattach(low.offset()).address()).isEqualTo(low.address());
    }

    @Test
    void aPoolWithoutLowMemorySaysSo() {
        PoolView high = new PoolView(Pools.fixed(Pools.MIB), new ViewArena("driver"));

        Expect.errno(Errno.ENOMEM, () -> high.acquireDma(64, 1, LOW));
        assertThat(high.bytesInUse()).isZero();
    }

    @Test
    void noSliceCrossesTheBoundary() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 500; i++) {
            long bytes = 1 + random.nextLong(KIB_64);
            BufferSlice slice = view.acquireDma(bytes, 1L << random.nextInt(10), BOUNDARY);

            assertThat(slice.address() / KIB_64).isEqualTo((slice.address() + bytes - 1) / KIB_64);
            if (i % 8 != 0) {
                slice.close();
            }
        }
    }

    @Test
    void whatCannotBeIsRefused() {
        Expect.errno(Errno.EINVAL, () -> view.acquireDma(KIB_64 + 1, 1, BOUNDARY));
        Expect.errno(Errno.EINVAL, () -> view.acquireDma(0, 1, BOUNDARY));
        Expect.errno(Errno.EINVAL, () -> view.acquireDma(-1, 1, LOW));
        Expect.errno(Errno.EINVAL, () -> view.acquireDma(64, 3, LOW));
        Expect.errno(Errno.EINVAL, () -> new DmaConstraints(false, 3));
        Expect.errno(Errno.EINVAL, () -> new DmaConstraints(false, -1));
        Expect.errno(Errno.ENOMEM, () -> view.acquireDma(64 * Pools.MIB, 1, LOW));
        assertThat(view.bytesInUse()).isZero();
    }

    @Test
    void bothRulesTogether() {
        BufferSlice slice = view.acquireDma(KIB_64, 1, new DmaConstraints(true, KIB_64));

        assertThat(slice.address() % KIB_64).isZero();
        assertThat(slice.address()).isLessThan(1L << 32);
    }
}
