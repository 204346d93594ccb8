package ferrite.driver.pcid;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.driver.pcid.BridgeResources.Window;
import ferrite.hw.pci.Bar;
import ferrite.hw.pci.FunctionConfig;
import ferrite.hw.pci.PciAddress;
import ferrite.hw.pci.PciClass;
import ferrite.hw.pci.PciId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BarAssignmentTest {
    private static final Window WINDOW = new Window(0xE000_0000L, 0x1000_0000L);

    private static PciFunction function(int device, Bar... bars) {
        List<Bar> six = new ArrayList<>(List.of(bars));
        while (six.size() < Bar.COUNT) {
            six.add(new Bar.None());
        }
        PciId id = new PciId(1, 1);
        return new PciFunction(
                new FunctionConfig(new PciAddress(0, 0, device, 0), id, id, PciClass.XHCI, 0, 0, 0, six), "");
    }

    private static List<Bar> assigned(List<Window> windows, PciFunction... functions) {
        return new BarAssignment(windows)
                .assign(List.of(functions), List.of()).stream()
                        .flatMap(function -> function.config().bars().stream())
                        .filter(bar -> !(bar instanceof Bar.None))
                        .toList();
    }

    private static Bar memory32(long address, long size) {
        return new Bar.Memory32(address, size, false);
    }

    @Test
    void theLargestComesFirstAndAllAreNaturallyAligned() {
        List<Bar> bars = assigned(
                List.of(WINDOW), function(1, memory32(0, 4096), memory32(0, 1 << 20)), function(2, memory32(0, 16)));
        assertThat(bars)
                .containsExactly(
                        memory32(0xE010_0000L, 4096), memory32(0xE000_0000L, 1 << 20), memory32(0xE010_1000L, 16));
    }

    @Test
    void whatDoesNotFitBecomesNone() {
        assertThat(assigned(List.of(WINDOW), function(1, memory32(0, 1L << 31))))
                .isEmpty();
        assertThat(assigned(List.of(WINDOW), function(1, new Bar.Memory64(0, Long.MIN_VALUE, false))))
                .isEmpty();
        assertThat(assigned(List.of(), function(1, memory32(0, 16)))).isEmpty();
    }

    @Test
    void onlyWideBarsGoAboveFourGibibytes() {
        Window high = new Window(1L << 32, 1L << 32);
        List<Bar> bars = assigned(List.of(high), function(1, memory32(0, 4096), new Bar.Memory64(0, 4096, true)));
        assertThat(bars).containsExactly(new Bar.Memory64(1L << 32, 4096, true));
    }

    @Test
    void ioBarsHaveNoWindow() {
        assertThat(assigned(List.of(WINDOW), function(1, new Bar.Io(0, 32)))).isEmpty();
    }

    @Test
    void aDecodingFunctionKeepsItsPlaceAndOthersGoAroundIt() {
        PciFunction running = function(1, memory32(0xE000_0000L, 4096));
        PciFunction fresh = function(2, memory32(0, 8192));
        List<PciFunction> done =
                new BarAssignment(List.of(WINDOW)).assign(List.of(running, fresh), List.of(running.address()));
        assertThat(done.get(0)).isEqualTo(running);
        assertThat(done.get(1).config().bars()).element(0).isEqualTo(memory32(0xE000_2000L, 8192));
    }

    @Test
    void aDecodingFunctionAtASenselessPlaceMoves() {
        PciFunction outside = function(1, memory32(0x1000, 4096));
        List<PciFunction> done =
                new BarAssignment(List.of(WINDOW)).assign(List.of(outside), List.of(outside.address()));
        assertThat(done.getFirst().config().bars()).element(0).isEqualTo(memory32(0xE000_0000L, 4096));
    }

    /// Any mix of sizes: inside of a window, aligned to the size, no two overlap.
    @Test
    void assignmentsNeverOverlap() {
        long seed = Long.getLong("SEED", System.nanoTime());
        Random random = new Random(seed);
        for (int run = 0; run < 60; run++) {
            List<Window> windows =
                    List.of(new Window(0xE000_0000L + random.nextInt(1 << 16), 1 << 22), new Window(1L << 33, 1 << 24));
            List<PciFunction> functions = new ArrayList<>();
            for (int device = 0; device < 20; device++) {
                Bar[] bars = new Bar[random.nextInt(Bar.COUNT)];
                for (int i = 0; i < bars.length; i++) {
                    long size = 16L << random.nextInt(18);
                    bars[i] = random.nextBoolean() ? memory32(0, size) : new Bar.Memory64(0, size, false);
                }
                functions.add(function(device, bars));
            }
            List<Bar> placed = assigned(windows, functions.toArray(new PciFunction[0]));
            for (Bar bar : placed) {
                long address = BarAssignment.addressOf(bar);
                long size = BarAssignment.sizeOf(bar);
                assertThat(address % size).as("seed %d", seed).isZero();
                assertThat(windows).as("seed %d", seed).anyMatch(window -> window.contains(address, size));
                assertThat(placed)
                        .as("seed %d", seed)
                        .filteredOn(other -> BarAssignment.addressOf(other) < address + size
                                && address < BarAssignment.addressOf(other) + BarAssignment.sizeOf(other))
                        .hasSize(1);
            }
        }
    }
}
