package ferrite.benchmarks.rings;

import ferrite.benchmarks.host.Processors;
import java.util.function.IntSupplier;

/// The other thread: takes its share of the work, over and over, on a processor of its own.
final class Partner implements AutoCloseable {
    /// Times a ring is filled and emptied before a partner takes over.
    static final int REHEARSALS = 500;

    private final IntSupplier work;
    private final Thread thread = Thread.ofPlatform().name("partner").daemon().unstarted(this::run);
    private volatile boolean stopped;

    /// @param work one turn; returns how much there was to do
    private Partner(IntSupplier work) {
        this.work = work;
    }

    static Partner start(IntSupplier work) {
        Partner partner = new Partner(work);
        partner.thread.start();
        return partner;
    }

    private void run() {
        Processors.pin(Processors.last());
        while (!stopped) {
            turns();
        }
    }

    /// Returns often, so that what the compiler made of it is used.
    private void turns() {
        for (int i = 0; i < Channel.ENTRIES; i++) {
            if (work.getAsInt() == 0) {
                Thread.onSpinWait();
            }
        }
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
