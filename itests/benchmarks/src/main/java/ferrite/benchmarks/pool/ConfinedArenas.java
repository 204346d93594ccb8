package ferrite.benchmarks.pool;

import java.lang.foreign.Arena;

/// An arena of the JDK for each slice. It zeroes the bytes.
final class ConfinedArenas implements Allocator {
    @Override
    public Slots slots(int count) {
        Arena[] arenas = new Arena[count];
        return new Slots() {
            @Override
            @SuppressWarnings("MustBeClosedChecker") // release closes it
            public long acquire(int slot, int bytes, int alignmentShift) {
                Arena arena = Arena.ofConfined();
                arenas[slot] = arena;
                return arena.allocate(bytes, 1L << alignmentShift).address();
            }

            @Override
            public void release(int slot) {
                arenas[slot].close();
            }
        };
    }
}
