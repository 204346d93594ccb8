package ferrite.filed.uring;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What a submission to the host says, `struct io_uring_sqe`: 64 bytes, little-endian; what is not named is 0.
///
/// | offset | bytes | field       | meaning                            |
/// |-------:|------:|-------------|------------------------------------|
/// |      0 |     1 | opcode      | `OP_…`                             |
/// |      4 |     4 | fd          | descriptor                         |
/// |      8 |     8 | offset      | in the file                        |
/// |     16 |     8 | address     | of the bytes; user data to cancel  |
/// |     24 |     4 | length      | bytes                              |
/// |     28 |     4 | flags       | of the operation                   |
/// |     32 |     8 | userData    | comes back                         |
/// |     40 |     2 | bufferIndex | of a registered buffer             |
///
/// @param fd descriptor, −1 if the operation has none
/// @param offset in the file, bytes
/// @param address of the bytes
/// @param length bytes
public record HostSqe(int opcode, int fd, long offset, long address, int length) {
    /// `IORING_OP_NOP`.
    public static final int OP_NOP = 0;
    /// `IORING_OP_FSYNC`.
    public static final int OP_FSYNC = 3;
    /// `IORING_OP_READ_FIXED`.
    public static final int OP_READ_FIXED = 4;
    /// `IORING_OP_WRITE_FIXED`.
    public static final int OP_WRITE_FIXED = 5;
    /// `IORING_OP_ASYNC_CANCEL`.
    public static final int OP_ASYNC_CANCEL = 14;
    /// `IORING_OP_READ`.
    public static final int OP_READ = 22;
    /// `IORING_OP_WRITE`.
    public static final int OP_WRITE = 23;

    static final int BYTES = 64;

    /// A submission without bytes.
    ///
    /// @param fd descriptor, −1 if the operation has none
    public static HostSqe of(int opcode, int fd) {
        return new HostSqe(opcode, fd, 0, 0, 0);
    }

    /// Asks another submission back.
    ///
    /// @param userData of the other
    public static HostSqe cancel(long userData) {
        return new HostSqe(OP_ASYNC_CANCEL, -1, 0, userData, 0);
    }

    void encode(MemorySegment entries, long at, int bufferIndex, long userData) {
        entries.asSlice(at, BYTES).fill((byte) 0);
        entries.set(ValueLayout.JAVA_BYTE, at, (byte) opcode);
        entries.set(ValueLayout.JAVA_INT, at + 4, fd);
        entries.set(ValueLayout.JAVA_LONG, at + 8, offset);
        entries.set(ValueLayout.JAVA_LONG, at + 16, address);
        entries.set(ValueLayout.JAVA_INT, at + 24, length);
        entries.set(ValueLayout.JAVA_LONG, at + 32, userData);
        entries.set(ValueLayout.JAVA_SHORT, at + 40, (short) bufferIndex);
    }
}
