package ferrite.benchmarks.host;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The processors this process may use, and threads that stay on one of them.
public final class Processors {
    private static final int MASK_BYTES = 128;
    private static final FunctionDescriptor AFFINITY = FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);

    private static final List<Integer> ALLOWED = allowed();

    private Processors() {}

    /// The one for the thread that is measured.
    public static int first() {
        return ALLOWED.getFirst();
    }

    /// The one for its partner: the last, which is the least likely to share a core with the first.
    public static int last() {
        return ALLOWED.getLast();
    }

    /// How many there are for this process.
    public static int count() {
        return ALLOWED.size();
    }

    /// Keeps the calling thread on one processor. Where the system has no such call, nothing happens.
    public static void pin(int processor) {
        affinity("sched_setaffinity").ifPresent(call -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment mask = arena.allocate(MASK_BYTES, 8);
                mask.set(ValueLayout.JAVA_BYTE, processor / 8, (byte) (1 << processor % 8));
                invoke(call, mask);
            }
        });
    }

    private static List<Integer> allowed() {
        List<Integer> found = new ArrayList<>();
        affinity("sched_getaffinity").ifPresent(call -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment mask = arena.allocate(MASK_BYTES, 8);
                invoke(call, mask);
                for (int i = 0; i < MASK_BYTES * 8; i++) {
                    if ((mask.get(ValueLayout.JAVA_BYTE, i / 8) >> i % 8 & 1) != 0) {
                        found.add(i);
                    }
                }
            }
        });
        return found.isEmpty() ? List.of(0) : List.copyOf(found);
    }

    private static void invoke(MethodHandle call, MemorySegment mask) {
        try {
            int _ = (int) call.invokeExact(0, (long) MASK_BYTES, mask);
        } catch (Throwable thrown) {
            throw new IllegalStateException("the affinity call threw", thrown);
        }
    }

    @SuppressWarnings("restricted")
    private static Optional<MethodHandle> affinity(String name) {
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup().find(name).map(function -> linker.downcallHandle(function, AFFINITY));
    }
}
