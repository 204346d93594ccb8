package ferrite.benchmarks.engine;

import ferrite.benchmarks.host.Memory;

/// A subject that is measured only while there is enough memory for it: the system would end some process else.
///
/// @param subject to be measured
/// @param bytes that it takes
public record NeedsMemory(Subject subject, long bytes) implements Subject {
    /// Stays free for everybody else.
    private static final long RESERVE_BYTES = 1L << 30;

    @Override
    public String name() {
        return subject.name();
    }

    @Override
    public Sample measure(Effort effort) throws UnavailableException {
        long available = Memory.availableBytes();
        if (available - RESERVE_BYTES < bytes) {
            throw new UnavailableException("needs " + (bytes >> 20) + " MiB of memory and 1 GiB to spare, "
                    + (available >> 20) + " MiB are available");
        }
        return subject.measure(effort);
    }
}
