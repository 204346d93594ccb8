package ferrite.buffer.raw;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The 8-byte words of off-heap memory, little-endian, by address. **Nothing is checked**: the caller has computed the
/// address from a base that it keeps alive and an index that it has masked.
///
/// One constant segment over all memory: its bounds, its life and its layout are constants of the compiled code, so an
/// access is one instruction. By the ring's own segment they would be read and checked each time (docs/adr/0016).
/// Exported to the runtime alone.
public final class RawMemory {
    // This module is the one that has native access.
    @SuppressWarnings("restricted")
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle ORDERED =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();

    /// What the address of a word can be: positive, and a multiple of 8.
    private static final long WORDS = 0x3FFF_FFFF_FFFF_FFF8L;

    private RawMemory() {}

    /// The address of a structure, as the compiler likes it: after this it knows that the words in it lie in memory and
    /// are aligned, and leaves out the checks of each access. Changes no address that a ring can have.
    ///
    /// @param address multiple of 8
    public static long at(long address) {
        return address & WORDS;
    }

    /// A plain read.
    public static long get(long address) {
        return ALL.get(U64, address);
    }

    /// A plain write.
    public static void set(long address, long value) {
        ALL.set(U64, address, value);
    }

    /// @param address multiple of 8
    public static long getAcquire(long address) {
        return (long) ORDERED.getAcquire(ALL, address);
    }

    /// @param address multiple of 8
    public static void setRelease(long address, long value) {
        ORDERED.setRelease(ALL, address, value);
    }
}
