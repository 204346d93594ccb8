package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.BufferSlice;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

final class PoisonTest {
    private final SharedBufferPool pool = Pools.poisoning(Pools.PAGE);
    private final PoolView view = new PoolView(pool, new ViewArena("app"));

    @Test
    void releasedBytesAreOverwritten() {
        BufferSlice slice = view.acquire(100, 1);
        MemorySegment kept = slice.segment();
        kept.fill((byte) 1);
        slice.close();

        assertThat(kept.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0xDB);
    }

    @Test
    void guardedBytesAreOverwrittenWhenTheGuardGoes() {
        BufferSlice slice = view.acquire(100, 1);
        MemorySegment kept = slice.segment();
        kept.fill((byte) 1);
        var guard = slice.guard("device");
        slice.close();
        assertThat(kept.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 1);

        guard.release();

        assertThat(kept.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 0xDB);
    }

    @Test
    void aWriteAfterReleaseIsFoundWhenTheBytesAreTakenAgain() {
        BufferSlice slice = view.acquire(4096, 1);
        MemorySegment kept = slice.segment();
        slice.close();
        kept.set(ValueLayout.JAVA_BYTE, 100, (byte) 1);

        view.acquire(64, 1);
        assertThat(pool.statistics().writesAfterRelease()).isZero(); // bytes 0..63 are as they were
        view.acquire(64, 1);
        assertThat(pool.statistics().writesAfterRelease()).isEqualTo(1);
    }

    @Test
    void aWriteAfterReleaseIsFoundWhenThePoolCloses() {
        BufferSlice slice = view.acquire(4096, 1);
        MemorySegment kept = slice.segment();
        slice.close();
        kept.set(ValueLayout.JAVA_BYTE, 100, (byte) 1);

        pool.close();

        assertThat(pool.statistics().writesAfterRelease()).isEqualTo(1);
    }

    @Test
    void aWriteAfterReleaseIsFoundWhenTheRegionIsGivenBack() {
        BufferSlice slice = view.acquire(4096, 1);
        MemorySegment kept = slice.segment();
        slice.close();
        kept.set(ValueLayout.JAVA_BYTE, 4095, (byte) 1);

        assertThat(pool.shrink()).isEqualTo(Pools.PAGE);

        assertThat(pool.statistics().writesAfterRelease()).isEqualTo(1);
    }

    @Test
    void theEndThatAShorterSliceGivesBackIsPoisoned() {
        BufferSlice slice = view.acquire(1024, 1);
        MemorySegment kept = slice.segment();
        kept.fill((byte) 1);

        BufferSlice shorter = view.resize(slice, 500).orElseThrow();

        assertThat(shorter.segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly(1);
        assertThat(kept.asSlice(0, 512).toArray(ValueLayout.JAVA_BYTE)).containsOnly(1);
        assertThat(kept.asSlice(512).toArray(ValueLayout.JAVA_BYTE)).containsOnly(0xDB);
        shorter.close();
        pool.close();
        assertThat(pool.statistics().writesAfterRelease()).isZero();
    }

    @Test
    void aWriteAfterReleaseIsFoundWhenALongerSliceTakesTheBytes() {
        BufferSlice first = view.acquire(1024, 1);
        BufferSlice next = view.acquire(1024, 1);
        MemorySegment kept = next.segment();
        next.close();
        assertThat(view.resize(first, 1088)).isPresent();
        assertThat(pool.statistics().writesAfterRelease()).isZero();
        kept.set(ValueLayout.JAVA_BYTE, 64, (byte) 1);
        BufferSlice longer = view.reattach(first.offset());

        assertThat(view.resize(longer, 2048)).isPresent();

        assertThat(pool.statistics().writesAfterRelease()).isEqualTo(1);
    }

    @Test
    void properUseIsNotReported() {
        for (int size = 1; size <= 4096; size++) {
            BufferSlice slice = view.acquire(size, 1);
            slice.segment().fill((byte) size);
            slice.close();
        }
        pool.close();

        assertThat(pool.statistics().writesAfterRelease()).isZero();
    }
}
