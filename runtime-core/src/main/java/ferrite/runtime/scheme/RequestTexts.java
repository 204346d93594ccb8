package ferrite.runtime.scheme;

import ferrite.runtime.context.KernelContext;
import ferrite.runtime.ring.Ring;
import ferrite.runtime.ring.RingRequest;
import ferrite.spi.ring.Opcode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Rings and the requests in them as text, one a line. Any thread.
///
/// A request is told by its ring, record, opcode, file and age in µs, and, unless it is in the hands of who serves it, by
/// how far it has come. The kernel knows when it began what it serves; everywhere else the age is what [RequestAges]
/// knows, told as `≥`.
public final class RequestTexts {
    private static final long NANOS_PER_MICRO = 1_000;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    /// How long a request is in flight.
    ///
    /// @param exact otherwise at least so long
    private record Age(long nanos, boolean exact) {}

    private record Shown(RingRequest request, Age age) {}

    private final Contexts contexts;
    private final RequestAges ages = new RequestAges();

    RequestTexts(Contexts contexts) {
        this.contexts = contexts;
    }

    /// Notes what is new on all rings.
    ///
    /// @param now [System#nanoTime]
    public void look(long now) {
        ages.lookAtAll(all().values(), now);
    }

    /// All rings, with their fill levels and the age of their oldest request.
    public List<String> rings() {
        return describe(contexts.live(), all().values());
    }

    /// The rings by which a context asks and serves.
    String rings(KernelContext context) {
        return String.join("\n", describe(List.of(context), context.describeRings()));
    }

    /// What is in flight on all rings.
    String requests() {
        return requests(contexts.live(), all().values());
    }

    /// What a context waits for.
    String asked(KernelContext context) {
        Set<Ring> served = Set.copyOf(context.servedRings());
        return requests(
                List.of(context),
                context.describeRings().stream()
                        .filter(ring -> !served.contains(ring))
                        .toList());
    }

    /// What others wait for from a context.
    String served(KernelContext context) {
        return requests(List.of(context), context.servedRings());
    }

    private Map<String, Ring> all() {
        Map<String, Ring> rings = new TreeMap<>();
        contexts.live().forEach(context -> context.describeRings().forEach(ring -> rings.put(ring.name(), ring)));
        return rings;
    }

    private List<String> describe(Collection<KernelContext> askers, Collection<Ring> rings) {
        Map<String, Map<Integer, Long>> known = known(askers);
        return rings.stream().map(ring -> ring.describe(oldest(ring, known))).toList();
    }

    private String requests(Collection<KernelContext> askers, Collection<Ring> rings) {
        Map<String, Map<Integer, Long>> known = known(askers);
        return rings.stream()
                .flatMap(ring -> shown(ring, known).stream().map(each -> line(ring, each)))
                .collect(Collectors.joining("\n"));
    }

    /// Ages that the kernel has noted, by ring and record.
    private static Map<String, Map<Integer, Long>> known(Collection<KernelContext> askers) {
        Map<String, Map<Integer, Long>> known = new HashMap<>();
        for (KernelContext context : askers) {
            for (KernelContext.Pending each : context.pending()) {
                known.computeIfAbsent(each.ring(), _ -> new HashMap<>()).put(each.record(), each.ageNanos());
            }
        }
        return known;
    }

    private List<Shown> shown(Ring ring, Map<String, Map<Integer, Long>> known) {
        Map<Integer, Long> exact = known.getOrDefault(ring.name(), Map.of());
        List<RingRequest> requests = ring.requests();
        long[] least = ages.atLeast(ring, requests, System.nanoTime());
        List<Shown> shown = new ArrayList<>();
        for (int i = 0; i < least.length; i++) {
            RingRequest request = requests.get(i);
            Long began = request.stage() == RingRequest.Stage.SERVED ? exact.get(request.record()) : null;
            shown.add(new Shown(request, began == null ? new Age(least[i], false) : new Age(began, true)));
        }
        return shown;
    }

    private String oldest(Ring ring, Map<String, Map<Integer, Long>> known) {
        Age oldest = null;
        for (Shown each : shown(ring, known)) {
            if (oldest == null || each.age.nanos > oldest.nanos) {
                oldest = each.age;
            }
        }
        return oldest == null ? "" : "oldest " + (oldest.exact ? "" : "≥ ") + rounded(oldest.nanos);
    }

    private static String line(Ring ring, Shown shown) {
        RingRequest request = shown.request;
        long micros = shown.age.nanos / NANOS_PER_MICRO;
        String age = String.format(Locale.ROOT, shown.age.exact ? "%10d µs" : "≥ %8d µs", micros);
        return String.format(
                Locale.ROOT,
                "%-36s %4d %-16s fd %-6d %s%s",
                ring.name(),
                request.record(),
                opcode(request.opcode()),
                request.fd(),
                age,
                request.stage() == RingRequest.Stage.SERVED
                        ? ""
                        : " " + request.stage().name().toLowerCase(Locale.ROOT));
    }

    private static String opcode(int code) {
        if (code < 0) {
            return "?";
        }
        return Opcode.of(code).map(Opcode::name).orElse("private " + code);
    }

    private static String rounded(long nanos) {
        if (nanos < NANOS_PER_MILLI) {
            return nanos / NANOS_PER_MICRO + " µs";
        }
        return nanos < NANOS_PER_SECOND
                ? String.format(Locale.ROOT, "%.1f ms", nanos / NANOS_PER_MILLI)
                : String.format(Locale.ROOT, "%.1f s", nanos / NANOS_PER_SECOND);
    }
}
