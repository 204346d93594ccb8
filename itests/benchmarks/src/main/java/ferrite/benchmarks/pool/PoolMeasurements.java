package ferrite.benchmarks.pool;

import ferrite.benchmarks.engine.CSubject;
import ferrite.benchmarks.engine.Comparison;
import ferrite.benchmarks.engine.Effort;
import ferrite.benchmarks.engine.JmhSubject;
import ferrite.benchmarks.engine.NeedsMemory;
import ferrite.benchmarks.engine.Outcomes;
import ferrite.benchmarks.engine.Rounds;
import ferrite.benchmarks.engine.Skipped;
import ferrite.benchmarks.engine.Subject;
import ferrite.benchmarks.host.CProgram;
import ferrite.benchmarks.host.NativeLibrary;
import ferrite.benchmarks.report.Line;
import ferrite.benchmarks.report.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// What `ferrite bench pool` measures, against whom, and what is to be reached.
public final class PoolMeasurements {
    /// Two seconds or so for an allocator.
    public static final Effort FULL = new Effort(3, 4, 5, 150, 420);
    /// Half a second for an allocator.
    public static final Effort QUICK = new Effort(1, 3, 5, 60, 40);

    private static final String FERRITE = PoolPeer.FERRITE.text();
    private static final String MIMALLOC_C = "mimalloc in C";
    private static final int[] LIVE = {0, 1_000, 10_000, 100_000, 1_000_000};
    private static final double[] SHARES = {0.2, 0.4, 0.6, 0.8, 0.9};
    private static final int FEW = 10_000;
    private static final int MANY = 1_000_000;
    private static final int GROWTH_FROM = 1_000;
    private static final int FRAGMENTATION_LIVE = 100_000;
    private static final int[] FRAGMENTATION_OF_CACHE = {1_000, 10_000};
    private static final int FRAGMENTATION_REPLACEMENTS = 1_000_000;
    private static final int FRAGMENTATION_REPLACEMENTS_QUICK = 300_000;

    /// What allocators take beyond what was asked for: Netty's alignment gaps and Java objects are the most.
    private static final double OVERHEAD = 1.3;

    private final Effort effort;
    private final Rounds rounds;
    private final CProgram program;
    private final Path sequence;
    private final Consumer<String> progress;
    private final UnaryOperator<Subject> asMeasured;
    private final List<Line> lines = new ArrayList<>();

    /// @param folder for the C program and what it reads
    /// @param progress gets a line for each turn
    public PoolMeasurements(Effort effort, Path folder, Consumer<String> progress) {
        this(effort, folder, progress, UnaryOperator.identity());
    }

    /// @param asMeasured what is measured in place of each subject, under its name
    PoolMeasurements(Effort effort, Path folder, Consumer<String> progress, UnaryOperator<Subject> asMeasured) {
        this.effort = effort;
        this.asMeasured = asMeasured;
        this.progress = progress;
        rounds = new Rounds(effort, progress);
        program = new CProgram("pool.c", folder, "-ldl");
        sequence = folder.resolve("sequence");
    }

    /// Runs everything.
    public List<Line> run() throws IOException {
        Sequence.write(sequence);
        double before = Double.NaN;
        double peerBefore = Double.NaN;
        for (int i = 0; i < LIVE.length; i++) {
            int live = LIVE[i];
            Outcomes outcomes = pairs(live, SHARES[i]);
            if (live == GROWTH_FROM) {
                before = outcomes.nanos(FERRITE);
                peerBefore = outcomes.nanos(MIMALLOC_C);
            } else if (live == MANY) {
                growth(outcomes.nanos(FERRITE) / before, outcomes.nanos(MIMALLOC_C) / peerBefore);
            }
        }
        twoThreads();
        fragmentation();
        return List.copyOf(lines);
    }

    private Outcomes pairs(int live, double share) {
        String name = String.format(Locale.ROOT, "release and acquire, %,d live slices", live);
        List<Subject> required = new ArrayList<>();
        List<Subject> others = new ArrayList<>();
        for (PoolPeer peer : PoolPeer.values()) {
            (peer.hasTarget() ? required : others).add(subject(peer, live));
        }
        required.add(1, mimallocInC(live));
        required.replaceAll(asMeasured);
        others.replaceAll(asMeasured);
        Outcomes outcomes = (live < MANY ? rounds : rounds.once())
                .run(name, required, others, share)
                .ofOneThread();
        Comparison comparison = new Comparison(name, FERRITE, outcomes);
        comparison.rate(PoolPeer.NETTY_POOLED.text(), Optional.of(Target.atLeast(2)));
        comparison.rate(PoolPeer.NETTY_ADAPTIVE.text(), Optional.of(Target.atLeast(1.3)));
        comparison.rate(PoolPeer.NETTY_ADAPTIVE_DEFAULT.text(), Optional.of(Target.atLeast(1.3)));
        comparison.time(MIMALLOC_C, Optional.of(Target.atMost(live <= FEW ? 1.5 : 2)));
        comparison.time(PoolPeer.MIMALLOC.text(), Optional.empty());
        comparison.time(PoolPeer.JEMALLOC.text(), Optional.empty());
        comparison.time(PoolPeer.GLIBC.text(), Optional.empty());
        comparison.time(PoolPeer.CONFINED_ARENA.text(), Optional.empty());
        comparison.noHeap();
        lines.addAll(comparison.lines());
        return outcomes;
    }

    private Subject subject(PoolPeer peer, int live) {
        Subject measured = jmh(peer.text(), PoolBenchmark.class, peer, live, 1);
        if (!peer.hasTarget() && effort.rounds() == 1 && live != GROWTH_FROM) {
            return new Skipped(peer.text(), "--quick");
        }
        return new NeedsMemory(measured, bytes(live));
    }

    private Subject mimallocInC(int live) {
        Optional<NativeLibrary> library = NativeFunctions.MIMALLOC.library();
        if (library.isEmpty()) {
            return new Skipped(MIMALLOC_C, "no mimalloc on this machine");
        }
        NativeFunctions functions = NativeFunctions.MIMALLOC;
        List<String> arguments = List.of(
                library.get().file(),
                functions.acquire(),
                functions.release(),
                sequence.toString(),
                Integer.toString(live));
        return new NeedsMemory(new CSubject(MIMALLOC_C, program, arguments), bytes(live));
    }

    private static long bytes(int live) {
        return (long) (Sequence.expectedBytes(live) * OVERHEAD);
    }

    private void growth(double own, double peer) {
        lines.add(new Line(
                "cost at 1,000,000 live slices by cost at 1,000",
                own,
                "×",
                MIMALLOC_C,
                peer,
                Double.NaN,
                Double.NaN,
                Optional.of(Target.atMost(1))));
    }

    private void twoThreads() {
        String one = "one thread";
        String two = "two threads";
        Outcomes outcomes = rounds.run(
                "one and two threads on one pool",
                List.of(
                        asMeasured.apply(jmh(one, SharedPoolBenchmark.class, PoolPeer.FERRITE, FEW, 1)),
                        asMeasured.apply(jmh(two, SharedPoolBenchmark.class, PoolPeer.FERRITE, FEW, 2))),
                List.of(),
                1);
        lines.add(new Line(
                "two threads on one pool, 10,000 live slices",
                2_000 / outcomes.nanos(two),
                "M/s",
                "Ferrite, one thread",
                1_000 / outcomes.nanos(one),
                outcomes.of(two).heapBytes(),
                outcomes.of(one).heapBytes(),
                Optional.of(Target.atLeast(1.6))));
    }

    private void fragmentation() {
        progress.accept("fragmentation");
        int replacements = effort.rounds() == 1 ? FRAGMENTATION_REPLACEMENTS_QUICK : FRAGMENTATION_REPLACEMENTS;
        for (int live : FRAGMENTATION_OF_CACHE) {
            lines.add(Line.alone(
                    String.format(
                            Locale.ROOT,
                            "in %,d replacements of %,d live slices: fragmentation of a cache, most by most",
                            replacements,
                            live),
                    Fragmentation.of(PoolPeer.FERRITE, live, replacements).atMost(),
                    "%",
                    Target.atMost(15)));
        }
        Fragmentation own = Fragmentation.of(PoolPeer.FERRITE, FRAGMENTATION_LIVE, replacements);
        Fragmentation netty = Fragmentation.of(PoolPeer.NETTY_POOLED, FRAGMENTATION_LIVE, replacements);
        String name = String.format(
                Locale.ROOT, "after %,d replacements of %,d live slices", replacements, FRAGMENTATION_LIVE);
        lines.add(Line.alone(name + ": fragmentation", own.total(), "%", Target.atMost(15)));
        lines.add(new Line(
                name + ": fragmentation",
                own.total(),
                "%",
                PoolPeer.NETTY_POOLED.text(),
                netty.total(),
                Double.NaN,
                Double.NaN,
                Optional.empty()));
        lines.add(Line.shown(name + ": internal, of what is taken", own.internal(), "%"));
        lines.add(Line.shown(name + ": external, of what is reserved", own.external(), "%"));
    }

    private static Subject jmh(String name, Class<?> benchmark, PoolPeer peer, int live, int threads) {
        return new JmhSubject(
                name,
                benchmark.getName() + ".releaseAndAcquire",
                Map.of("peer", peer.name(), "live", Integer.toString(live)),
                threads);
    }
}
