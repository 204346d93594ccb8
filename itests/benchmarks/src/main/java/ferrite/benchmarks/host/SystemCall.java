package ferrite.benchmarks.host;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// `syscall(2)`.
final class SystemCall {
    private static final FunctionDescriptor SIX_ARGUMENTS = FunctionDescriptor.of(
            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MemorySegment SYSCALL =
            Linker.nativeLinker().defaultLookup().findOrThrow("syscall");
    private static final VarHandle ERRNO =
            Linker.Option.captureStateLayout().varHandle(PathElement.groupElement("errno"));

    @SuppressWarnings("restricted")
    private static final MethodHandle TELLING = Linker.nativeLinker()
            .downcallHandle(
                    SYSCALL, SIX_ARGUMENTS, Linker.Option.firstVariadicArg(1), Linker.Option.captureCallState("errno"));

    @SuppressWarnings("restricted")
    private static final MethodHandle SHORT = Linker.nativeLinker()
            .downcallHandle(SYSCALL, SIX_ARGUMENTS, Linker.Option.firstVariadicArg(1), Linker.Option.critical(false));

    private SystemCall() {}

    /// @return what the kernel returns: a negative error number for a failure
    static long call(long number, long a, long b, long c, long d, long e, long f) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
            long result = (long) TELLING.invokeExact(state, number, a, b, c, d, e, f);
            return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
        } catch (Throwable thrown) {
            throw new IllegalStateException("syscall " + number + " threw", thrown);
        }
    }

    /// For calls that surely do not wait: the cheapest way down. A failure is −1.
    static long callShort(long number, long a, long b, long c, long d, long e, long f) {
        try {
            return (long) SHORT.invokeExact(number, a, b, c, d, e, f);
        } catch (Throwable thrown) {
            throw new IllegalStateException("syscall " + number + " threw", thrown);
        }
    }
}
