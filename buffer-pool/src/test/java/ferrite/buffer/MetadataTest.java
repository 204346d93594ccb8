package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.BufferSlice;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nothing that the allocator decides by is in shared memory: there is no header to corrupt.
final class MetadataTest {
    private static final PoolParameters SIZES =
            new PoolParameters(4 * Pools.MIB, Pools.MIB, 16 * Pools.MIB, false, 2 * Pools.MIB);

    /// The places that a fixed sequence of requests gets, with `between` after each step.
    private static List<Long> places(SharedBufferPool pool, Runnable between) {
        PoolView view = new PoolView(pool, new ViewArena("app"));
        PoolCache cache = view.cache();
        SplittableRandom random = new SplittableRandom(3);
        List<Long> places = new ArrayList<>();
        List<BufferSlice> slices = new ArrayList<>();
        List<Long> handles = new ArrayList<>();
        for (int step = 0; step < 4000; step++) {
            long bytes = (long) Math.pow(2, random.nextDouble() * 16);
            long alignment = 1L << random.nextInt(13);
            if (random.nextInt(3) == 0) {
                view.tryAcquire(bytes, alignment, ferrite.spi.buffer.AllocationStrategy.BEST)
                        .ifPresent(slice -> {
                            places.add(slice.address());
                            slices.add(slice);
                        });
            } else {
                long handle = cache.tryAcquireHandle(bytes, alignment);
                if (handle != 0) {
                    places.add(cache.address(handle));
                    handles.add(handle);
                }
            }
            if (slices.size() > 100) {
                slices.remove(random.nextInt(100)).close();
            }
            if (handles.size() > 300) {
                cache.release(handles.remove(random.nextInt(300)));
            }
            between.run();
        }
        slices.forEach(BufferSlice::close);
        handles.forEach(cache::release);
        cache.flush();
        assertThat(view.bytesInUse()).isZero();
        pool.close();
        return places;
    }

    @Test
    void scribblingOverAllSharedMemoryChangesNoDecision() {
        Pools.Recording scribbled = new Pools.Recording();
        SplittableRandom random = new SplittableRandom(4);
        Runnable scribble = () -> {
            Region any = scribbled.made.get(random.nextInt(scribbled.made.size()));
            if (any.memory().scope().isAlive()) {
                long from = random.nextLong(any.length() / 2);
                any.memory().asSlice(from, any.length() / 2).fill((byte) random.nextInt());
            }
        };

        List<Long> undisturbed = places(new SharedBufferPool("app", SIZES, new Pools.Recording()), () -> {});
        List<Long> disturbed = places(new SharedBufferPool("app", SIZES, scribbled), scribble);

        assertThat(disturbed).isEqualTo(undisturbed);
    }

    @Test
    void anotherMappingOfASharedFileChangesNoDecision(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("pool");
        SharedBufferPool shared = new SharedBufferPool("app", SIZES, RegionSource.mappedFile(new AddressSpace(), file));
        SplittableRandom random = new SplittableRandom(5);
        byte[] noise = new byte[64 * 1024];
        try (FileChannel peer = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var window = peer.map(MapMode.READ_WRITE, 0, SIZES.initialBytes());
            Runnable scribble = () -> {
                random.nextBytes(noise);
                window.put(random.nextInt(window.capacity() - noise.length), noise);
            };

            List<Long> disturbed = places(shared, scribble);

            assertThat(disturbed)
                    .isEqualTo(places(new SharedBufferPool("app", SIZES, new Pools.Recording()), () -> {}));
        }
    }
}
