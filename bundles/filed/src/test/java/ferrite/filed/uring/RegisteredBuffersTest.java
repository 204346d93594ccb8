package ferrite.filed.uring;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.filed.linux.Linux;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RegisteredBuffersTest {
    private static final long REGION_BYTES = 1 << 20;

    private final Uring uring = UringTest.open(8);
    private final RegisteredBuffers buffers = new RegisteredBuffers(uring);

    @AfterEach
    void close() {
        uring.close();
    }

    @Test
    void slicesOfOneRegionShareOneBuffer() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment region = arena.allocate(REGION_BYTES, 4096);
            int first = buffers.indexOf(region.asSlice(8192, 100));
            assertThat(first).isNotNegative();
            assertThat(buffers.indexOf(region.asSlice(9000, 100))).isEqualTo(first);
            assertThat(buffers.indexOf(region.asSlice(REGION_BYTES - 10, 10))).isEqualTo(first);
            assertThat(buffers.indexOf(region.asSlice(500_000, 4096))).isEqualTo(first);
        }
    }

    @Test
    void aRegionThatIsWalkedThroughIsNotRegisteredAtEveryStep() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment region = arena.allocate(REGION_BYTES, 4096);
            int byAddress = 0;
            for (long at = 0; at < REGION_BYTES; at += 4096) {
                byAddress += buffers.indexOf(region.asSlice(at, 4096)) < 0 ? 1 : 0;
            }
            // 256 steps: the k-th growth waits for k of them, so about √(2·256) = 23 growths.
            assertThat(byAddress).isBetween(200, 250);
            assertThat(buffers.indexOf(region.asSlice(0, 4096))).isNotNegative();
        }
    }

    @Test
    void memoryAtTheAddressOfAFreedRegionIsAnotherRegion() {
        for (int round = 0; round < 200; round++) {
            try (Arena arena = Arena.ofShared()) {
                MemorySegment region = arena.allocate(REGION_BYTES, 4096);
                assertThat(buffers.indexOf(region)).isNotNegative();
                // A read by this buffer lands in this region, whatever had its address before.
                assertThat(registeredReadLandsIn(region)).as("round %d", round).isTrue();
            }
        }
    }

    private boolean registeredReadLandsIn(MemorySegment region) {
        byte[] zeros = "/dev/zero".getBytes(StandardCharsets.US_ASCII);
        int fd = (int) Linux.openat2(Linux.AT_FDCWD, zeros, Linux.O_RDONLY, 0, 0);
        region.fill((byte) 7);
        HostSqe entry = new HostSqe(HostSqe.OP_READ_FIXED, fd, 0, region.address(), 4096);
        uring.prepare(entry, buffers.indexOf(region), 1);
        uring.submit();
        Set<Integer> results = new HashSet<>();
        while (results.isEmpty()) {
            uring.await(1_000_000);
            uring.reap((_, result) -> results.add(result));
        }
        Linux.close(fd);
        return results.contains(4096)
                && region.asSlice(0, 4096).mismatch(MemorySegment.ofArray(new byte[4096])) < 0
                && region.get(ValueLayout.JAVA_BYTE, 4096) == 7;
    }

    @Test
    void moreRegionsThanPlacesTakeEachOthersPlaces() {
        Set<Integer> indices = new HashSet<>();
        for (int i = 0; i < 3 * RegisteredBuffers.REGIONS_MAX; i++) {
            // An arena of its own: a region is known by its scope.
            MemorySegment region = Arena.ofAuto().allocate(8192, 4096);
            int index = buffers.indexOf(region);
            assertThat(index).isBetween(0, RegisteredBuffers.REGIONS_MAX - 1);
            indices.add(index);
        }
        assertThat(indices).hasSize(RegisteredBuffers.REGIONS_MAX);
    }

    @Test
    void whatIsLongerThanAHullGoesByAddress() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment region = arena.allocate(RegisteredBuffers.HULL_BYTES_MAX + 4096, 4096);
            assertThat(buffers.indexOf(region)).isNegative();
            assertThat(buffers.indexOf(region.asSlice(0, 4096))).isNotNegative();
        }
    }
}
