package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.device.DeviceMemory;
import ferrite.spi.error.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DeviceAddressMapTest {
    private record Stray(long address, long length, Access access) {}

    private final List<Stray> strays = new ArrayList<>();
    private final DeviceAddressMap map =
            new DeviceAddressMap("stick", (address, length, access) -> strays.add(new Stray(address, length, access)));
    private final SharedBufferPool pool = Pools.fixed(Pools.MIB);
    private final ViewArena driver = new ViewArena("driver");
    private final ViewArena deviceView = new ViewArena("device");
    private final PoolView view = new PoolView(pool, driver);
    private final DeviceMemory memory = map.deviceMemory(deviceView);
    private final BufferSlice slice = view.acquire(4096, 4096);
    private final long base = slice.address();

    private boolean reaches(long address, long length, Access access) {
        return memory.at(address, length, access).isPresent();
    }

    @Test
    void theDeviceAddressIsTheSharedAddress() {
        assertThat(map.map(slice, Access.READ)).isEqualTo(base);
    }

    @Test
    void theDeviceSeesMappedBytes() {
        map.map(slice, Access.READ_WRITE);
        BufferSlice seen = memory.at(base + 100, 50, Access.WRITE).orElseThrow();
        seen.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 6);

        assertThat(seen.address()).isEqualTo(base + 100);
        assertThat(seen.length()).isEqualTo(50);
        assertThat(slice.segment().get(ValueLayout.JAVA_BYTE, 100)).isEqualTo((byte) 6);
    }

    @Test
    void aMappingForReadingCannotBeWritten() {
        map.map(slice, Access.READ);

        assertThat(memory.at(base, 64, Access.READ).orElseThrow().segment().isReadOnly())
                .isTrue();
        assertThat(reaches(base, 64, Access.WRITE)).isFalse();
        assertThat(reaches(base, 64, Access.READ_WRITE)).isFalse();
        assertThat(strays).containsExactly(new Stray(base, 64, Access.WRITE), new Stray(base, 64, Access.READ_WRITE));
        assertThat(memory.faults()).isEqualTo(2);
    }

    @Test
    void strayAccessesAreCountedAndReported() {
        map.map(slice.slice(64, 128), Access.READ_WRITE);
        long[][] ranges = {
            {base + 63, 1},
            {base + 63, 2},
            {base + 192, 1},
            {base + 64, 129},
            {base + 100, -1},
            {base + 100, Long.MIN_VALUE},
            {base + 100, Long.MAX_VALUE},
            {0, 1},
            {-1, 1},
            {Long.MIN_VALUE, 8},
            {Long.MAX_VALUE, 8}
        };

        for (long[] range : ranges) {
            assertThat(reaches(range[0], range[1], Access.READ)).isFalse();
        }

        assertThat(memory.faults()).isEqualTo(ranges.length);
        assertThat(strays).hasSize(ranges.length).contains(new Stray(base + 63, 2, Access.READ));
    }

    @Test
    void theWholeRangeAndNoBytesAreReached() {
        map.map(slice, Access.READ);

        assertThat(reaches(base, 4096, Access.READ)).isTrue();
        assertThat(reaches(base + 4095, 1, Access.READ)).isTrue();
        assertThat(reaches(base + 4096, 0, Access.READ)).isTrue();
        assertThat(reaches(base, 0, Access.READ)).isTrue();
        assertThat(memory.faults()).isZero();
    }

    @Test
    void aRangeOverTwoMappingsIsStray() {
        BufferSlice next = view.acquire(4096, 4096);
        map.map(slice, Access.READ);
        map.map(next, Access.READ);

        assertThat(next.address()).isEqualTo(base + 4096);
        assertThat(reaches(base + 4090, 12, Access.READ)).isFalse();
        assertThat(reaches(base + 4096, 12, Access.READ)).isTrue();
    }

    @Test
    void aDeviceDoesNotReachWhatIsMappedForAnother() {
        List<Stray> othersStrays = new ArrayList<>();
        DeviceAddressMap other = new DeviceAddressMap(
                "disk", (address, length, access) -> othersStrays.add(new Stray(address, length, access)));
        DeviceMemory othersMemory = other.deviceMemory(new ViewArena("disk"));
        BufferSlice othersSlice = view.acquire(4096, 4096);
        map.map(slice, Access.READ_WRITE);
        other.map(othersSlice, Access.READ_WRITE);

        assertThat(othersMemory.at(base, 64, Access.READ)).isEmpty();
        assertThat(reaches(othersSlice.address(), 64, Access.READ)).isFalse();

        assertThat(othersStrays).containsExactly(new Stray(base, 64, Access.READ));
        assertThat(strays).containsExactly(new Stray(othersSlice.address(), 64, Access.READ));
        assertThat(othersMemory.at(othersSlice.address(), 64, Access.READ)).isPresent();
        assertThat(reaches(base, 64, Access.READ)).isTrue();
        Expect.errno(Errno.EINVAL, () -> other.unmap(base));
        assertThat(reaches(base, 64, Access.READ)).isTrue();
    }

    @Test
    void mappedBytesAreGuarded() {
        map.map(slice, Access.READ);
        slice.close();

        assertThat(view.guardedSlices()).isEqualTo(1);
        assertThat(pool.guards()).extracting(GuardReport::holder).containsExactly("stick");
        assertThat(reaches(base, 4096, Access.READ)).isTrue();
        map.unmap(base);
        assertThat(view.bytesInUse()).isZero();
    }

    @Test
    void unmappingEndsWhatTheDeviceHolds() {
        map.map(slice, Access.READ);
        BufferSlice held = memory.at(base, 64, Access.READ).orElseThrow();
        map.unmap(base);

        assertThat(held.isLive()).isFalse();
        Expect.errno(Errno.EFAULT, held::segment);
        assertThat(reaches(base, 64, Access.READ)).isFalse();
        Expect.errno(Errno.EINVAL, () -> map.unmap(base));
    }

    @Test
    void onlyAMappedAddressIsUnmapped() {
        map.map(slice, Access.READ);

        Expect.errno(Errno.EINVAL, () -> map.unmap(base + 64));
        Expect.errno(Errno.EINVAL, () -> map.unmap(0));
    }

    @Test
    void mappingTheSameBytesTwiceCounts() {
        map.map(slice, Access.READ);
        map.map(slice, Access.READ);
        BufferSlice held = memory.at(base, 64, Access.READ).orElseThrow();

        map.unmap(base);
        assertThat(held.isLive()).isTrue();
        map.unmap(base);
        assertThat(held.isLive()).isFalse();
        assertThat(pool.guards()).isEmpty();
    }

    @Test
    void mappingsAtOneAddressReachAsFarAsTheLongestUntilTheLastGoes() {
        map.map(slice.slice(0, 512), Access.WRITE);
        map.map(slice, Access.READ);

        assertThat(reaches(base, 4096, Access.READ)).isTrue();
        assertThat(reaches(base, 512, Access.READ_WRITE)).isTrue();
        assertThat(reaches(base, 513, Access.WRITE)).isFalse();
        map.unmap(base);
        assertThat(reaches(base, 4096, Access.READ)).isTrue(); // which of the two ended is not known
        map.unmap(base);
        assertThat(reaches(base, 1, Access.READ)).isFalse();
    }

    @Test
    void overlappingMappingsLiveTheirOwnLives() {
        map.map(slice, Access.READ);
        map.map(slice.slice(1024, 512), Access.READ);
        map.map(slice.slice(1280, 2048), Access.READ);

        assertThat(reaches(base + 2000, 2000, Access.READ)).isTrue(); // only the whole covers it
        map.unmap(base);
        assertThat(reaches(base + 1024, 512, Access.READ)).isTrue();
        assertThat(reaches(base + 1500, 500, Access.READ)).isTrue();
        assertThat(reaches(base + 1100, 1000, Access.READ)).isFalse(); // over two
        assertThat(reaches(base, 1, Access.READ)).isFalse();
    }

    @Test
    void aHeldSliceLivesWhileAnyMappingCoversIt() {
        map.map(slice, Access.READ);
        long inner = map.map(slice.slice(1024, 512), Access.READ);
        BufferSlice held = memory.at(inner, 64, Access.READ).orElseThrow(); // found through the inner mapping
        BufferSlice part = held.slice(0, 8);

        map.unmap(inner);
        assertThat(held.isLive()).isTrue();
        assertThat(part.segment().byteSize()).isEqualTo(8);
        map.unmap(base);
        assertThat(held.isLive()).isFalse();
        assertThat(part.isLive()).isFalse();
        assertThat(memory.faults()).isZero();
    }

    @Test
    void aHeldSliceDoesNotComeBackWhenTheBytesAreMappedForSomebodyElse() {
        map.map(slice, Access.READ);
        BufferSlice held = memory.at(base, 64, Access.READ).orElseThrow();
        map.unmap(base);
        slice.close();
        BufferSlice next = view.acquire(4096, 4096);
        map.map(next, Access.READ);

        assertThat(next.address()).isEqualTo(base);
        assertThat(held.isLive()).isFalse();
    }

    @Test
    void theDriverCannotGiveMoreThanItHas() {
        BufferSlice lent = LentSlice.lend(slice, new ViewArena("other"), Access.READ);

        Expect.errno(Errno.EACCES, () -> map.map(lent, Access.WRITE));
        Expect.errno(Errno.EACCES, () -> map.map(slice.restrict(Access.WRITE), Access.READ_WRITE));
        assertThat(pool.guards()).isEmpty();
    }

    @Test
    void aSliceThatIsNotLiveIsNotMapped() {
        LentSlice lent = LentSlice.lend(slice, driver, Access.READ);
        map.map(lent, Access.READ);
        lent.revoke();

        Expect.errno(Errno.EFAULT, () -> map.map(lent, Access.READ));
        slice.close();
        Expect.errno(Errno.EFAULT, () -> map.map(slice, Access.READ));
        assertThat(map.mappings()).isEqualTo(1);
    }

    @Test
    void aMappingSurvivesTheDriversSwapAndTheSuccessorUnmaps() {
        long address = map.map(slice, Access.READ);
        BufferSlice held = memory.at(base, 64, Access.READ).orElseThrow();
        driver.close();

        assertThat(held.segment().byteSize()).isEqualTo(64);
        assertThat(reaches(base, 4096, Access.READ)).isTrue();
        map.unmap(address);
        assertThat(pool.guards()).isEmpty();
    }

    @Test
    void theDevicesSwapEndsItsSlices() {
        map.map(slice, Access.READ);
        BufferSlice held = memory.at(base, 64, Access.READ).orElseThrow();
        MemorySegment kept = held.segment();
        deviceView.close();

        assertThat(held.isLive()).isFalse();
        assertThatIllegalStateException().isThrownBy(() -> kept.get(ValueLayout.JAVA_BYTE, 0));
        DeviceMemory successor = map.deviceMemory(new ViewArena("device 2"));
        assertThat(successor.at(base, 64, Access.READ).orElseThrow().isLive()).isTrue();
    }

    @Test
    void theDriversDeathEndsEverything() {
        map.map(slice, Access.READ);
        map.map(slice, Access.READ);
        map.map(slice.slice(64, 64), Access.WRITE);
        BufferSlice held = memory.at(base, 64, Access.READ).orElseThrow();
        pool.closeForced();
        assertThat(pool.statistics().capacity()).isEqualTo(Pools.MIB); // the device still may touch it

        map.unmapAll();

        assertThat(held.isLive()).isFalse();
        assertThat(map.mappings()).isZero();
        assertThat(pool.statistics()).isEqualTo(new PoolStatistics(0, 0, 0, 0, 0, 0));
        assertThat(reaches(base, 1, Access.READ)).isFalse();
    }

    @Test
    void slicesOfTwoAddressSpacesDoNotMix() {
        BufferSlice elsewhere = new PoolView(Pools.fixed(Pools.MIB), driver).acquire(64, 1);
        map.map(slice, Access.READ);

        assertThat(elsewhere.address()).isEqualTo(base);
        assertThatIllegalStateException().isThrownBy(() -> map.map(elsewhere, Access.READ));
    }

    @Test
    void theMapHasABound() {
        BufferSlice whole = view.acquire(512 * Pools.KIB, 1);
        for (int i = 0; i < DeviceAddressMap.MAPPINGS_MAX; i++) {
            map.map(whole.slice(i, 1), Access.READ);
        }

        Expect.errno(Errno.ENOSPC, () -> map.map(slice, Access.READ));
        map.map(whole.slice(0, 1), Access.READ); // counts only
        map.unmapAll();
        assertThat(pool.guards()).isEmpty();
    }
}
