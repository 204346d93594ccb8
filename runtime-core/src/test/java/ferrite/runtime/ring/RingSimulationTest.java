package ferrite.runtime.ring;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.ring.RingState;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/// Callers and servers of several rings on one thread, in an order that a seed decides, with faults: late wake-ups, slow
/// servers, full rings, cancellations, either end closing at any time, any word of one ring overwritten.
///
/// A server has a turn only if somebody woke it, as in the runtime; so what the ring forgets to tell is found as a world
/// that stands still. Who is to be woken, and when, is what the return values of the ends say.
class RingSimulationTest {
    private static final int SEEDS = Integer.getInteger("seeds", 10_000);
    private static final int STEPS = 120;
    /// The two sides woke each other for ever.
    private static final long ENTRY_OF_AN_EVENT_DISAPPEARS = 18_851_535_514_289L;

    private static final int QUIET_TURNS_MAX = 10_000;

    private final RingRig memory = new RingRig();

    /// One ring with its two sides and who is due.
    private static final class Line {
        final SimulatedCaller caller;
        final SimulatedServer server;
        boolean serverWoken;
        boolean callerWoken;

        Line(String name, RandomGenerator random, RingRig memory) {
            caller = new SimulatedCaller(name, random, memory);
            server = new SimulatedServer(caller, random);
        }
    }

    @Test
    void everySubmissionEndsOnceAndInOrder() {
        long fixed = Long.getLong("SEED", 0);
        if (fixed != 0) {
            run(fixed);
            return;
        }
        run(ENTRY_OF_AN_EVENT_DISAPPEARS);
        long first = System.nanoTime();
        for (int i = 0; i < SEEDS; i++) {
            run(first + i);
        }
    }

    private void run(long seed) {
        try {
            simulate(seed);
        } catch (RuntimeException | AssertionError failed) {
            throw new AssertionError("-DSEED=" + seed, failed);
        }
    }

    private void simulate(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            lines.add(new Line("ring " + i, random, memory));
        }
        int patience = 1 + random.nextInt(6);
        boolean hostile = random.nextInt(5) == 0;
        boolean closes = random.nextInt(3) == 0;
        for (int step = 0; step < STEPS; step++) {
            Line line = lines.get(random.nextInt(lines.size()));
            act(line, random, patience);
            if (hostile && random.nextInt(20) == 0) {
                lines.getFirst().caller.scribble();
            }
            if (closes && random.nextInt(60) == 0) {
                closeOneEnd(line, random);
            }
            assertThat(line.server.load())
                    .as("requests in hand")
                    .isLessThanOrEqualTo(line.caller.ring.parameters().inFlightMax());
        }
        for (Line line : lines) {
            finish(line);
        }
        assertThat(memory.bytesInUse()).as("bytes that a guard still keeps").isZero();
    }

    private static void act(Line line, RandomGenerator random, int patience) {
        SimulatedCaller caller = line.caller;
        switch (random.nextInt(6)) {
            case 0, 1, 2 -> {
                for (int i = random.nextInt(4); i >= 0 && !caller.isClosed(); i--) {
                    caller.submit();
                }
                line.serverWoken = true;
            }
            case 3 -> {
                if (line.serverWoken) {
                    serverTurn(line, patience, true);
                }
            }
            case 4 -> reap(line, 1 + random.nextInt(8));
            default -> line.serverWoken |= random.nextInt(3) == 0 && !caller.isClosed() && caller.cancelOne();
        }
    }

    private static void serverTurn(Line line, int patience, boolean events) {
        line.serverWoken = line.server.turn(patience, events);
        line.callerWoken = true;
    }

    private static void reap(Line line, int limit) {
        if (!line.caller.isClosed()) {
            boolean unblocked = line.caller.reap(limit);
            Ring ring = line.caller.ring;
            line.serverWoken |= unblocked
                    || ring.state() == RingState.BROKEN && ring.consumer().inFlight() > 0;
        }
    }

    private static void closeOneEnd(Line line, RandomGenerator random) {
        if (random.nextBoolean()) {
            line.caller.close();
            line.serverWoken = true;
        } else {
            line.server.close();
            line.callerWoken = true;
        }
    }

    /// Nobody submits any more: whoever was woken has turns, until all stand still; then nothing may be left.
    private static void finish(Line line) {
        SimulatedCaller caller = line.caller;
        line.callerWoken = true;
        settle(line, 2);
        if (caller.ring.state() == RingState.OPEN && !caller.wasScribbledOn()) {
            assertThat(line.server.eventsWaiting())
                    .as("events that the server keeps although there is a place")
                    .isZero();
        }
        if (caller.wasScribbledOn() && caller.ring.state() == RingState.OPEN) {
            line.server.close(); // an entry may have been made to disappear
            line.callerWoken = true;
        } else if (!caller.isClosed()) {
            caller.cancelAll();
            line.serverWoken = true;
        }
        settle(line, 1);
        caller.checkEnd();
        if (!caller.isClosed()) {
            caller.close();
        }
        line.serverWoken = true;
        settle(line, 1);
        assertThat(caller.ring.state()).isIn(RingState.CLOSED, RingState.BROKEN);
        assertThat(caller.ring.consumer().inFlight()).isZero();
    }

    private static String caller(Line line) {
        return line.caller.ring.describe("") + " hasReady "
                + line.caller.ring.producer().hasReady() + " load " + line.server.load() + " server "
                + line.serverWoken + " scribbled " + line.caller.wasScribbledOn();
    }

    private static void settle(Line line, int patience) {
        int turns = 0;
        while (line.serverWoken || line.callerWoken) {
            if (line.serverWoken) {
                serverTurn(line, patience, false);
            }
            if (line.callerWoken) {
                line.callerWoken = false;
                int before;
                do {
                    before = line.caller.ring.consumer().inFlight();
                    reap(line, Integer.MAX_VALUE);
                } while (line.caller.ring.consumer().inFlight() != before);
            }
            turns++;
            assertThat(turns)
                    .as("turns until all stand still: %s", caller(line))
                    .isLessThan(QUIET_TURNS_MAX);
        }
    }
}
