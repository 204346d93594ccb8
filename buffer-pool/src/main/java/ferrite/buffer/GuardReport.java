package ferrite.buffer;

import java.util.Comparator;

/// One holder of one slice, for `sys:` and for messages. A holder that retained a slice twice appears twice.
///
/// @param holder who may touch the bytes
/// @param address first byte of the guarded slice in the shared address space
/// @param length of the guarded slice, bytes
/// @param ageNanos since the holder has held it, nanoseconds
public record GuardReport(String holder, long address, long length, long ageNanos) {
    static final Comparator<GuardReport> OLDEST_FIRST =
            Comparator.comparingLong(GuardReport::ageNanos).reversed();

    static GuardReport of(Allocation root, Holder holder, long nowNanos) {
        return new GuardReport(holder.holder(), root.address(), root.length(), nowNanos - holder.heldSinceNanos());
    }
}
