package ferrite.benchmarks.pool;

/// What an allocator wastes after a long time of the standard mix.
///
/// @param askedBytes of all live slices
/// @param takenBytes that those slices take, rounding and gaps for the alignment included
/// @param reservedBytes that the allocator has from the system
/// @param wasteAtMost share of the most bytes held that nobody asked for; see [Allocator#wasteAtMost]
record Fragmentation(long askedBytes, long takenBytes, long reservedBytes, double wasteAtMost) {
    private static final int PERCENT = 100;

    /// Fills a new allocator with slices and replaces them many times.
    static Fragmentation of(PoolPeer peer, int live, int replacements) {
        try (Allocator allocator = peer.open()) {
            Allocator.Slots slots = allocator.slots(live);
            long[] wishes = Sequence.wishes();
            int[] bytes = new int[live];
            long asked = 0;
            for (int i = 0; i < live + replacements; i++) {
                long wish = wishes[i & wishes.length - 1];
                int slot = i < live ? i : Sequence.victim(wish, live);
                if (i >= live) {
                    slots.release(slot);
                }
                slots.acquire(slot, Sequence.bytes(wish), Sequence.alignmentShift(wish));
                asked += Sequence.bytes(wish) - bytes[slot];
                bytes[slot] = Sequence.bytes(wish);
            }
            return new Fragmentation(asked, allocator.takenBytes(), allocator.reservedBytes(), allocator.wasteAtMost());
        }
    }

    /// Share of the most bytes that were ever held which nobody asked for, percent.
    double atMost() {
        return PERCENT * wasteAtMost;
    }

    /// Share of the taken bytes that nobody asked for, percent.
    double internal() {
        return share(askedBytes, takenBytes);
    }

    /// Share of the reserved bytes that are not taken, percent.
    double external() {
        return share(takenBytes, reservedBytes);
    }

    /// Share of the reserved bytes that nobody asked for, percent.
    double total() {
        return share(askedBytes, reservedBytes);
    }

    private static double share(long used, long of) {
        return of == 0 ? Double.NaN : PERCENT * (1 - used / (double) of);
    }
}
