package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.buffer.BufferSlice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ViewArenaTest {
    private final ViewArena instance = new ViewArena("instance");
    private final SharedBufferPool first = Pools.fixed(Pools.MIB);
    private final SharedBufferPool second = Pools.fixed(Pools.MIB);

    /// Bytes of another's pool, as the instance sees them.
    private MemorySegment lent(BufferSlice slice) {
        return LentSlice.lend(slice, instance, slice.access()).segment();
    }

    private static BufferSlice take(SharedBufferPool pool) {
        return new PoolView(pool, new ViewArena("lender")).acquire(4_096, 64);
    }

    private static boolean isHandedOut(SharedBufferPool pool, long offset) {
        return new PoolView(pool, new ViewArena("next"))
                .tryAcquire(64, 64, new AllocationStrategy.Fixed(offset))
                .isPresent();
    }

    @Test
    void aViewThatASystemCallUsesEndsWhenItIsClosedAgainAfterwards() throws Exception {
        MemorySegment bytes = lent(take(first));
        try (PipeRead _ = new PipeRead(bytes)) {
            assertThatIllegalStateException().isThrownBy(instance::close).withMessageContaining("instance");
        }

        instance.close();

        assertThatIllegalStateException().isThrownBy(() -> bytes.get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void nothingNewIsReachedThroughAViewThatIsStillInUse() throws Exception {
        BufferSlice slice = take(first);
        try (PipeRead _ = new PipeRead(lent(slice))) {
            Revocation revocation = new Revocation(instance);
            assertThat(revocation.end()).isFalse();

            assertThatIllegalStateException()
                    .isThrownBy(() -> instance.view(
                            ((PooledSlice) slice).window().root().region().memory()));
        }
    }

    @Test
    void bytesAreKeptRegionByRegion() throws Exception {
        BufferSlice used = take(first);
        BufferSlice idle = take(second);
        MemorySegment ofIdle = lent(idle);
        Revocation revocation = new Revocation(instance);
        try (PipeRead _ = new PipeRead(lent(used))) {
            revocation.keep(used, "request 1");
            revocation.keep(idle, "request 2");

            assertThat(revocation.end()).isFalse();

            used.close();
            idle.close();
            assertThatIllegalStateException().isThrownBy(() -> ofIdle.get(ValueLayout.JAVA_BYTE, 0));
            assertThat(isHandedOut(second, idle.offset())).isTrue();
            assertThat(isHandedOut(first, used.offset())).isFalse();
            assertThat(first.guards())
                    .singleElement()
                    .satisfies(guard -> assertThat(guard.holder()).isEqualTo("system call of instance, request 1"));
        }
        assertThat(revocation.end()).isTrue();
        assertThat(isHandedOut(first, used.offset())).isTrue();
    }

    @Test
    void aRevocationThatIsAbandonedLeavesTheInstanceItsViews() {
        BufferSlice slice = take(first);
        MemorySegment bytes = lent(slice);
        Revocation revocation = new Revocation(instance);
        revocation.keep(slice, "request 1");

        revocation.abandon();

        assertThat(bytes.get(ValueLayout.JAVA_BYTE, 0)).isZero();
        assertThat(first.guards()).isEmpty();
    }

    @Test
    void bytesOfACacheComeBackWhenNoSystemCallUsesThem() throws Exception {
        PoolCache cache = new PoolView(first, instance).cache();
        long handle = cache.acquireHandle(4_096, 64);
        Revocation revocation = new Revocation(instance);
        try (PipeRead _ = new PipeRead(cache.segment(handle))) {
            assertThat(revocation.end()).isFalse();
            assertThat(first.bytesInUse()).isPositive();
        }
        assertThat(revocation.end()).isTrue();
        assertThat(first.bytesInUse()).isZero();
    }

    @Test
    void aRegionThatASystemCallUsesIsFreedOnceWhenTheCallHasReturned() throws Exception {
        AtomicInteger freed = new AtomicInteger();
        try (Arena arena = Arena.ofShared()) {
            Region region =
                    new Region(AddressSpace.HIGH_START, arena.allocate(Pools.PAGE, Pools.PAGE), freed::incrementAndGet);
            try (PipeRead _ = new PipeRead(instance.view(region))) {
                region.close();
                instance.sweep();
                assertThat(freed).hasValue(0);
            }
            instance.sweep();
            assertThat(freed).hasValue(1);

            instance.close();
            region.close();
            assertThat(freed).hasValue(1);
        }
    }

    @Test
    void sweepingLeavesRegionsThatAreOpen() {
        BufferSlice slice = take(first);
        MemorySegment bytes = lent(slice);

        instance.sweep();

        assertThat(bytes.get(ValueLayout.JAVA_BYTE, 0)).isZero();
    }
}
