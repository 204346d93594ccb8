package ferrite.filed;

import ferrite.filed.linux.Linux;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Forbids io_uring to the calling thread, as a container would (seccomp(2), `SECCOMP_MODE_FILTER`). For good.
final class SeccompFilter {
    private static final long SYS_PRCTL_X86_64 = 157;
    private static final long PR_SET_NO_NEW_PRIVS = 38;
    private static final long PR_SET_SECCOMP = 22;
    private static final long SECCOMP_MODE_FILTER = 2;

    private SeccompFilter() {}

    /// @return 0, or a negative error number
    static long forbidUringToThisThread() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errors = Linux.errorState(arena);
            long denied = Linux.syscall(errors, SYS_PRCTL_X86_64, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0);
            if (denied < 0) {
                return denied;
            }
            MemorySegment program = arena.allocate(4 * 8, 8);
            instruction(program, 0, 0x20, 0, 0, 0); // load the number of the call
            instruction(program, 1, 0x15, 0, 1, 425); // io_uring_setup: go on, others: skip one
            instruction(program, 2, 0x06, 0, 0, 0x0005_0001); // return EPERM
            instruction(program, 3, 0x06, 0, 0, 0x7FFF_0000); // allow
            MemorySegment header = arena.allocate(16, 8);
            header.set(ValueLayout.JAVA_SHORT, 0, (short) 4);
            header.set(ValueLayout.JAVA_LONG, 8, program.address());
            return Linux.syscall(
                    errors, SYS_PRCTL_X86_64, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header.address(), 0, 0, 0);
        }
    }

    private static void instruction(MemorySegment program, int index, int code, int jumpTrue, int jumpFalse, int k) {
        program.set(ValueLayout.JAVA_SHORT, index * 8L, (short) code);
        program.set(ValueLayout.JAVA_BYTE, index * 8L + 2, (byte) jumpTrue);
        program.set(ValueLayout.JAVA_BYTE, index * 8L + 3, (byte) jumpFalse);
        program.set(ValueLayout.JAVA_INT, index * 8L + 4, k);
    }
}
