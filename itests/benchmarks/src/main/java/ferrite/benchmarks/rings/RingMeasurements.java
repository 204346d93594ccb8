package ferrite.benchmarks.rings;

import ferrite.benchmarks.engine.CSubject;
import ferrite.benchmarks.engine.Comparison;
import ferrite.benchmarks.engine.Effort;
import ferrite.benchmarks.engine.JmhSubject;
import ferrite.benchmarks.engine.Outcomes;
import ferrite.benchmarks.engine.Rounds;
import ferrite.benchmarks.engine.Subject;
import ferrite.benchmarks.host.CProgram;
import ferrite.benchmarks.host.Processors;
import ferrite.benchmarks.report.Line;
import ferrite.benchmarks.report.Target;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// What `ferrite bench rings` measures, against whom, and what is to be reached.
public final class RingMeasurements {
    /// Two seconds or so for a turn.
    public static final Effort FULL = new Effort(5, 5, 5, 200, 520);
    /// Half a second for a subject.
    public static final Effort QUICK = new Effort(1, 5, 7, 60, 45);

    private static final String FERRITE = RingPeer.FERRITE.text();
    private static final String C_INDEX = "C ring, published index";
    private static final String C_SEQUENCE = "C ring, sequence in the entry";
    private static final String C_WORDS = "C ring, published index, word by word";
    private static final String URING = "Linux io_uring NOP from Java";
    private static final String URING_C = "Linux io_uring NOP from C";
    private static final String PLUGIN = "Ferrite, plug-in to plug-in";

    private final Rounds rounds;
    private final CProgram program;
    private final List<Line> lines = new ArrayList<>();

    /// @param folder for the C program
    /// @param progress gets a line for each turn
    public RingMeasurements(Effort effort, Path folder, Consumer<String> progress) {
        rounds = new Rounds(effort, progress);
        program = new CProgram("ring.c", folder, "-pthread");
    }

    /// Runs everything.
    public List<Line> run() {
        entries();
        roundTrips();
        inFlight();
        inline(1, 4);
        inline(32, 3);
        return List.copyOf(lines);
    }

    private void entries() {
        String name = "64-byte entry, one ring, two threads, batches of 32";
        Comparison comparison = twoThreads(name, EntriesBenchmark.class, "send", "one-way", 0.3);
        comparison.time(C_INDEX, Optional.of(Target.atMost(1.25)));
        comparison.time(C_SEQUENCE, Optional.empty());
        comparison.time(C_WORDS, Optional.empty());
        comparison.rate(RingPeer.AGRONA_WRITE.text(), Optional.of(Target.atLeast(4)));
        comparison.rate(RingPeer.AGRONA_CLAIM.text(), Optional.of(Target.atLeast(4)));
        comparison.time(RingPeer.DISRUPTOR.text(), Optional.empty());
        comparison.time(RingPeer.JCTOOLS.text(), Optional.empty());
        comparison.time(RingPeer.AGRONA_QUEUE.text(), Optional.empty());
        comparison.time(RingPeer.ARRAY_BLOCKING_QUEUE.text(), Optional.empty());
        finish(comparison);
    }

    private void roundTrips() {
        String name = "submission and its completion, two spinning threads";
        Comparison comparison = twoThreads(name, RequestsBenchmark.class, "roundTrip", "round-trip", 0.6);
        comparison.time(RingPeer.JCTOOLS.text(), Optional.of(Target.atMost(1.1)));
        comparison.time(C_INDEX, Optional.empty());
        comparison.time(C_SEQUENCE, Optional.empty());
        comparison.time(C_WORDS, Optional.empty());
        others(comparison);
        finish(comparison);
    }

    private void inFlight() {
        String name = "submission and its completion, two spinning threads, 128 in flight";
        Comparison comparison = twoThreads(name, RequestsBenchmark.class, "inFlight128", "in-flight", 0.9);
        comparison.time(C_INDEX, Optional.of(Target.atMost(1.4)));
        comparison.time(C_SEQUENCE, Optional.empty());
        comparison.time(C_WORDS, Optional.empty());
        comparison.time(RingPeer.JCTOOLS.text(), Optional.empty());
        others(comparison);
        finish(comparison);
    }

    private static void others(Comparison comparison) {
        comparison.time(RingPeer.AGRONA_QUEUE.text(), Optional.empty());
        comparison.time(RingPeer.AGRONA_WRITE.text(), Optional.empty());
        comparison.time(RingPeer.AGRONA_CLAIM.text(), Optional.empty());
        comparison.time(RingPeer.DISRUPTOR.text(), Optional.empty());
        comparison.time(RingPeer.ARRAY_BLOCKING_QUEUE.text(), Optional.empty());
    }

    private void inline(int batch, double rate) {
        Map<String, String> parameters = Map.of("batch", Integer.toString(batch));
        Outcomes all = rounds.run(
                "one thread, batches of " + batch,
                List.of(
                        jmh(FERRITE, InlineBenchmark.class, "byTheKernel", parameters),
                        jmh(URING, IoUringBenchmark.class, "nop", parameters),
                        c(URING_C, "nop-" + batch, "-"),
                        jmh(PLUGIN, InlineBenchmark.class, "byAPlugin", parameters)),
                List.of(),
                1);
        Outcomes outcomes = all.ofOneThread();
        Comparison kernel = new Comparison(
                "submitted, served by the kernel, reaped, one thread, batches of " + batch, FERRITE, outcomes);
        kernel.rate(URING, Optional.of(Target.atLeast(rate)));
        kernel.rate(URING_C, Optional.of(Target.atLeast(rate)));
        finish(kernel);
        Comparison plugin = new Comparison(
                "submitted, served by a plug-in, reaped, one thread, batches of " + batch, PLUGIN, outcomes);
        plugin.time(FERRITE, batch == 1 ? Optional.of(Target.atMost(2)) : Optional.empty());
        finish(plugin);
    }

    private void finish(Comparison comparison) {
        comparison.noHeap();
        lines.addAll(comparison.lines());
    }

    /// Ferrite, both C rings, and the peers in Java.
    private Comparison twoThreads(String name, Class<?> benchmark, String method, String measure, double share) {
        List<Subject> required = new ArrayList<>();
        List<Subject> others = new ArrayList<>();
        for (RingPeer peer : RingPeer.values()) {
            (peer.hasTarget() ? required : others)
                    .add(jmh(peer.text(), benchmark, method, Map.of("peer", peer.name())));
        }
        required.add(1, c(C_INDEX, measure, "index"));
        required.add(2, c(C_SEQUENCE, measure, "sequence"));
        required.add(3, c(C_WORDS, measure, "words"));
        Outcomes outcomes = rounds.run(name, required, others, share);
        return new Comparison(name, FERRITE, outcomes);
    }

    private static Subject jmh(String name, Class<?> benchmark, String method, Map<String, String> parameters) {
        return new JmhSubject(name, benchmark.getName() + '.' + method, parameters, 1);
    }

    private Subject c(String name, String measure, String kind) {
        return new CSubject(name, program, List.of(measure, kind, "" + Processors.first(), "" + Processors.last()));
    }
}
