package ferrite.buffer;

/// One guard that is held, for `sys:` and for messages.
///
/// @param holder who may touch the bytes
/// @param address first byte of the guarded slice in the shared address space
/// @param length of the guarded slice, bytes
/// @param ageNanos since the guard was taken, nanoseconds
public record GuardReport(String holder, long address, long length, long ageNanos) {}
