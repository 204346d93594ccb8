package ferrite.benchmarks.pool;

import java.lang.foreign.Arena;

/// An arena of the JDK for each slice. It zeroes the bytes.
final class ConfinedArenas implements Allocator {
    @Override
    public Slots slots(int count) {
        Arena[] arenas = new Arena[count];
        long[] addresses = new long[count];
        return new Slots() {
            @Override
            @SuppressWarnings("MustBeClosedChecker") // release closes it
            public void acquire(int slot, int bytes, int alignmentShift) {
                Arena arena = Arena.ofConfined();
                arenas[slot] = arena;
                addresses[slot] = arena.allocate(bytes, 1L << alignmentShift).address();
            }

            @Override
            public void release(int slot) {
                arenas[slot].close();
            }
        };
    }
}
