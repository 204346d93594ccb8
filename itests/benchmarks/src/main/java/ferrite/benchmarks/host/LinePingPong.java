package ferrite.benchmarks.host;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/// How long one cache line takes to the other processor and back. Nothing that two threads do together is faster, and
/// where a hypervisor moves virtual processors between cores it changes by a factor of four within seconds.
public final class LinePingPong {
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int PLACE = 32;
    private static final int TRIPS_PER_SLICE = 10_000;
    private static final int SLICES = 9;

    private final long[] line = new long[2 * PLACE];

    private LinePingPong() {}

    /// @return nanoseconds for a round trip, median of a few slices; takes about 20 ms
    public static double measure() {
        try {
            return new LinePingPong().run();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Double.NaN;
        }
    }

    private double run() throws InterruptedException {
        double[] slices = new double[SLICES];
        Thread partner = Thread.ofPlatform().daemon().name("ping-pong").unstarted(this::answer);
        partner.start();
        Thread asker = Thread.ofPlatform().daemon().name("ping-pong").unstarted(() -> ask(slices));
        asker.start();
        asker.join();
        partner.join();
        Arrays.sort(slices);
        return slices[SLICES / 2];
    }

    private void ask(double[] slices) {
        Processors.pin(Processors.first());
        long count = 1;
        for (int i = 0; i < SLICES; i++) {
            long start = System.nanoTime();
            for (int trip = 0; trip < TRIPS_PER_SLICE; trip++) {
                put(count);
                await(count + 1);
                count += 2;
            }
            slices[i] = (System.nanoTime() - start) / (double) TRIPS_PER_SLICE;
        }
    }

    private void answer() {
        Processors.pin(Processors.last());
        long count = 1;
        for (int i = 0; i < SLICES * TRIPS_PER_SLICE; i++) {
            await(count);
            put(count + 1);
            count += 2;
        }
    }

    private void put(long value) {
        // ORDER: release; pairs with the acquire in await.
        LONGS.setRelease(line, PLACE, value);
    }

    private void await(long value) {
        // ORDER: acquire; pairs with the release in put.
        while ((long) LONGS.getAcquire(line, PLACE) != value) {
            Thread.onSpinWait();
        }
    }
}
