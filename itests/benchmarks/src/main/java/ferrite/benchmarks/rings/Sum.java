package ferrite.benchmarks.rings;

/// Adds up what was received, so that nobody can leave the reading out. Alone on its cache lines.
public final class Sum {
    private static final int PLACE = 16;

    private final long[] cells = new long[2 * PLACE];

    /// By the one thread that receives.
    public void add(long value) {
        cells[PLACE] += value;
    }

    /// The sum until now.
    long value() {
        return cells[PLACE];
    }
}
