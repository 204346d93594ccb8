package ferrite.spi.ring;

import java.lang.foreign.MemorySegment;

/// One request as it stands in a submission queue: 64 bytes, see the table in `docs/protocol/ring-abi.md`.
///
/// Any 64 bytes decode; whether they make sense is for the side that serves them. Built from [#of(int)] and the
/// `with…` methods, so that no call site lists eleven numbers.
///
/// @param opcode [Opcode#code()] below 128, private to the scheme from 128, 0..255
/// @param flags [SqeFlags], 0..255
/// @param priority larger = sooner, 0..65535
/// @param syscallFlags flags of the operation; interface version for private opcodes
/// @param fd descriptor on a ring to the kernel, the scheme's own file number on a ring to a scheme
/// @param length bytes
/// @param userData the caller's own tag; comes back in the completion
/// @param address shared address of the buffer; the runtime writes it from the slice that was submitted
/// @param offset file offset in bytes; the open flags in `Open`
/// @param additional1 by opcode
/// @param additional2 by opcode
public record SubmissionQueueEntry(
        int opcode,
        int flags,
        int priority,
        int syscallFlags,
        long fd,
        long length,
        long userData,
        long address,
        long offset,
        long additional1,
        long additional2) {

    /// Size in ring memory, bytes.
    public static final long BYTES = SqeLayout.BYTES;

    /// The bits of [#head()] that hold the priority.
    public static final long PRIORITY_MASK = 0xFFFF_0000L;

    /// The first word of the entry: opcode, flags (without bit 7, which belongs to the ring), priority, syscall flags.
    public long head() {
        return (opcode & 0xFF) | (flags & SqeFlags.MASK) << 8 | (priority & 0xFFFFL) << 16 | (long) syscallFlags << 32;
    }

    /// An entry with this opcode and zeros.
    public static SubmissionQueueEntry of(int opcode) {
        return new SubmissionQueueEntry(opcode, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /// An entry with this standard opcode and zeros.
    public static SubmissionQueueEntry of(Opcode opcode) {
        return of(opcode.code());
    }

    /// Reads any 64 bytes.
    public static SubmissionQueueEntry decode(MemorySegment ring, long at) {
        return new SubmissionQueueEntry(
                ring.get(SqeLayout.U8, at + SqeLayout.OPCODE) & 0xFF,
                ring.get(SqeLayout.U8, at + SqeLayout.FLAGS) & 0xFF,
                ring.get(SqeLayout.U16, at + SqeLayout.PRIORITY) & 0xFFFF,
                ring.get(SqeLayout.U32, at + SqeLayout.SYSCALL_FLAGS),
                ring.get(SqeLayout.U64, at + SqeLayout.FD),
                ring.get(SqeLayout.U64, at + SqeLayout.LENGTH),
                ring.get(SqeLayout.U64, at + SqeLayout.USER_DATA),
                ring.get(SqeLayout.U64, at + SqeLayout.ADDRESS),
                ring.get(SqeLayout.U64, at + SqeLayout.OFFSET),
                ring.get(SqeLayout.U64, at + SqeLayout.ADDITIONAL1),
                ring.get(SqeLayout.U64, at + SqeLayout.ADDITIONAL2));
    }

    /// Writes exactly [#BYTES] bytes; the high bits of the narrow fields are cut off.
    public void encode(MemorySegment ring, long at) {
        ring.set(SqeLayout.U8, at + SqeLayout.OPCODE, (byte) opcode);
        ring.set(SqeLayout.U8, at + SqeLayout.FLAGS, (byte) flags);
        ring.set(SqeLayout.U16, at + SqeLayout.PRIORITY, (short) priority);
        ring.set(SqeLayout.U32, at + SqeLayout.SYSCALL_FLAGS, syscallFlags);
        ring.set(SqeLayout.U64, at + SqeLayout.FD, fd);
        ring.set(SqeLayout.U64, at + SqeLayout.LENGTH, length);
        ring.set(SqeLayout.U64, at + SqeLayout.USER_DATA, userData);
        ring.set(SqeLayout.U64, at + SqeLayout.ADDRESS, address);
        ring.set(SqeLayout.U64, at + SqeLayout.OFFSET, offset);
        ring.set(SqeLayout.U64, at + SqeLayout.ADDITIONAL1, additional1);
        ring.set(SqeLayout.U64, at + SqeLayout.ADDITIONAL2, additional2);
    }

    /// The same entry with these [SqeFlags].
    public SubmissionQueueEntry withFlags(int newFlags) {
        return new SubmissionQueueEntry(
                opcode,
                newFlags,
                priority,
                syscallFlags,
                fd,
                length,
                userData,
                address,
                offset,
                additional1,
                additional2);
    }

    /// The same entry with this priority, 0..65535.
    public SubmissionQueueEntry withPriority(int newPriority) {
        return new SubmissionQueueEntry(
                opcode,
                flags,
                newPriority,
                syscallFlags,
                fd,
                length,
                userData,
                address,
                offset,
                additional1,
                additional2);
    }

    /// The same entry with these flags of the operation.
    public SubmissionQueueEntry withSyscallFlags(int newFlags) {
        return new SubmissionQueueEntry(
                opcode, flags, priority, newFlags, fd, length, userData, address, offset, additional1, additional2);
    }

    /// The same entry on this file.
    public SubmissionQueueEntry withFd(long newFd) {
        return new SubmissionQueueEntry(
                opcode,
                flags,
                priority,
                syscallFlags,
                newFd,
                length,
                userData,
                address,
                offset,
                additional1,
                additional2);
    }

    /// The same entry with this caller's tag.
    public SubmissionQueueEntry withUserData(long newUserData) {
        return new SubmissionQueueEntry(
                opcode,
                flags,
                priority,
                syscallFlags,
                fd,
                length,
                newUserData,
                address,
                offset,
                additional1,
                additional2);
    }

    /// The same entry for this buffer address and byte count.
    public SubmissionQueueEntry withAddress(long newAddress, long newLength) {
        return new SubmissionQueueEntry(
                opcode,
                flags,
                priority,
                syscallFlags,
                fd,
                newLength,
                userData,
                newAddress,
                offset,
                additional1,
                additional2);
    }

    /// The same entry at this file offset, bytes; in `Open`, with these open flags.
    public SubmissionQueueEntry withOffset(long newOffset) {
        return new SubmissionQueueEntry(
                opcode,
                flags,
                priority,
                syscallFlags,
                fd,
                length,
                userData,
                address,
                newOffset,
                additional1,
                additional2);
    }

    /// The same entry with these two values, whose meaning the opcode gives.
    public SubmissionQueueEntry withAdditional(long first, long second) {
        return new SubmissionQueueEntry(
                opcode, flags, priority, syscallFlags, fd, length, userData, address, offset, first, second);
    }
}
