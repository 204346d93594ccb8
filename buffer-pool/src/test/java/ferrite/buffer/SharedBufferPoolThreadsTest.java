package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.Guard;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class SharedBufferPoolThreadsTest {
    private static final int THREADS = 8;
    private static final int ROUNDS = 20_000;

    private final SharedBufferPool pool = new SharedBufferPool(
            "threads",
            new PoolParameters(0, 16 * Pools.PAGE, 256 * Pools.PAGE, true),
            RegionSource.heapless(new AddressSpace()));
    private final PoolView view = new PoolView(pool, new ViewArena("threads"));

    private static void all(List<Callable<Void>> tasks) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
            for (Future<Void> done : threads.invokeAll(tasks)) {
                done.get();
            }
        }
    }

    /// As in the original's test: random slices of 64..4096 bytes; here each thread also signs its bytes.
    @Test
    void threadsNeverShareBytes() throws Exception {
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int thread = 1; thread <= THREADS; thread++) {
            byte signature = (byte) thread;
            tasks.add(() -> useSlices(signature));
        }

        all(tasks);

        assertThat(pool.statistics().writesAfterRelease()).isZero();
        assertThat(view.bytesInUse()).isZero();
        pool.close();
    }

    private Void useSlices(byte signature) {
        SplittableRandom random = new SplittableRandom(signature);
        List<BufferSlice> mine = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            AllocationStrategy strategy = random.nextBoolean() ? AllocationStrategy.BEST : AllocationStrategy.GREEDY;
            BufferSlice slice = view.acquire(64 + random.nextInt(4033), 1L << random.nextInt(8), strategy);
            slice.segment().fill(signature);
            mine.add(slice);
            if (mine.size() == 8) {
                giveBack(mine.remove(random.nextInt(mine.size())), signature);
            }
        }
        mine.forEach(slice -> giveBack(slice, signature));
        return null;
    }

    private static void giveBack(BufferSlice slice, byte signature) {
        long last = slice.length() - 1;
        if (slice.segment().get(ValueLayout.JAVA_BYTE, 0) != signature
                || slice.segment().get(ValueLayout.JAVA_BYTE, last) != signature) {
            throw new AssertionError(slice + " was written by another thread");
        }
        slice.close();
    }

    @Test
    void guardsReleasedOnAnotherThreadFreeExactlyOnce() throws Exception {
        LinkedBlockingQueue<Guard> guards = new LinkedBlockingQueue<>();
        Callable<Void> owner = () -> {
            for (int round = 0; round < ROUNDS; round++) {
                BufferSlice slice = acquireWhenFree();
                guards.add(slice.guard("peer"));
                slice.close();
            }
            return null;
        };
        Callable<Void> peer = () -> {
            for (int round = 0; round < ROUNDS; round++) {
                guards.take().release();
            }
            return null;
        };

        all(List.of(owner, peer, owner, peer));

        assertThat(pool.statistics().guardedSlices()).isZero();
        assertThat(view.bytesInUse()).isZero();
    }

    private BufferSlice acquireWhenFree() {
        while (true) {
            var slice = view.tryAcquire(1000, 64, AllocationStrategy.GREEDY);
            if (slice.isPresent()) {
                return slice.get();
            }
            Thread.onSpinWait();
        }
    }

    /// The device never loses a mapping that is still there, while others at the same place come and go.
    @Test
    void theDeviceSeesWhatIsMappedWhileTheDriverMapsAndUnmaps() throws Exception {
        DeviceAddressMap map = new DeviceAddressMap("device", (address, length, access) -> {});
        BufferSlice slice = view.acquire(4096, 4096);
        long base = map.map(slice, Access.READ);
        Callable<Void> driver = () -> {
            for (int round = 0; round < ROUNDS; round++) {
                long address = map.map(slice.slice(round % 4096, 1), Access.READ_WRITE);
                map.unmap(address);
            }
            return null;
        };
        Callable<Void> device = () -> {
            var memory = map.deviceMemory(new ViewArena("device"));
            for (int round = 0; round < ROUNDS; round++) {
                BufferSlice seen =
                        memory.at(base + round % 4096, 1, Access.READ).orElseThrow();
                seen.segment();
            }
            return null;
        };

        all(List.of(driver, device, driver, device));

        assertThat(map.faults()).isZero();
        assertThat(map.mappings()).isEqualTo(1);
        map.unmapAll();
        assertThat(pool.guards()).isEmpty();
    }
}
