package ferrite.spi.ring;

import java.util.Optional;

/// The standard operations, below 128. From [#PRIVATE_MIN] on a number belongs to the scheme that serves it.
///
/// "buffer" is the slice submitted with the entry; "fd" is the entry's file; unnamed fields must be 0.
/// The same table stands in `docs/protocol/ring-abi.md`; a test compares the two.
public enum Opcode {
    /// Does nothing; status 0. Answered by the ring itself, on every ring.
    NOP(0),
    /// Opens the path in buffer (UTF-8); `offset` = [ferrite.spi.scheme.OpenFlags]; status = the new file.
    OPEN(1),
    /// Closes fd; status 0.
    CLOSE(2),
    /// Duplicates fd; a buffer holds an argument for the scheme (a named sub-open); status = the new file.
    DUP(3),
    /// Reads at the descriptor's own offset into buffer; status = bytes, 0 at the end.
    READ(4),
    /// Writes buffer at the descriptor's own offset; status = bytes.
    WRITE(5),
    /// Reads at `offset` into buffer; status = bytes, 0 at the end.
    PREAD(6),
    /// Writes buffer at `offset`; status = bytes.
    PWRITE(7),
    /// Moves the descriptor's own offset to `offset`, from `additional1` = 0 start, 1 current, 2 end; status = the new offset.
    SEEK(8),
    /// Makes everything acknowledged on fd durable; status 0.
    FSYNC(9),
    /// Cuts or grows fd to `offset` bytes; status 0.
    FTRUNCATE(10),
    /// Writes a [ferrite.spi.scheme.Stat] of fd into buffer; status = its bytes.
    FSTAT(11),
    /// Writes the path of fd into buffer (UTF-8); status = its bytes.
    FPATH(12),
    /// Watches fd for `syscallFlags` = [ferrite.spi.scheme.EventFlags]: one completion with [CqeFlags#EVENT] a hit;
    /// with [SqeFlags#SUBSCRIBE] until cancelled; status = the events that are ready.
    REGISTER_EVENTS(13),
    /// Cancels submissions on the same ring, chosen by `syscallFlags` = [CancelFlags]; status 0, or with
    /// [CancelFlags#ALL] how many; ENOENT if there are none. Each of them still gets its own terminal completion.
    CANCEL(14),
    /// Completes with ETIMEDOUT at `offset` nanoseconds from now; cancelling it answers ECANCELED. The kernel's; on a
    /// ring straight to a scheme it goes to the scheme, and those that have no clock answer ENOSYS.
    TIMEOUT(15),
    /// [#READ] into the parts of buffer that a vector describes; see [IoVector].
    READV(16),
    /// [#WRITE] from the parts of buffer that a vector describes.
    WRITEV(17),
    /// [#PREAD] into the parts of buffer that a vector describes.
    PREADV(18),
    /// [#PWRITE] from the parts of buffer that a vector describes.
    PWRITEV(19),
    /// Opens the path in buffer relative to the directory fd; `offset` = [ferrite.spi.scheme.OpenFlags]; status = the
    /// new file.
    OPEN_AT(20),
    /// Closes every descriptor whose place is in fd..fd + `length` − 1; status = how many were open.
    CLOSE_RANGE(21),
    /// Makes `length` bytes of fd from `offset` on present in the caller's pool; status = their shared address,
    /// `extra` = their offset in the pool ([ferrite.spi.buffer.BufferPool#reattach]).
    MMAP(22),
    /// Gives back what [#MMAP] made: `address`; status 0, EINVAL if nothing is mapped there.
    MUNMAP(23),
    /// Writes whole names of the directory fd from cursor `offset` on into buffer, each ended by a newline; status =
    /// bytes, 0 at the end; `extra` = the next cursor.
    GETDENTS(24),
    /// Waits until the context fd has ended; status = its exit status. `syscallFlags` 1: EAGAIN instead of waiting.
    WAITPID(25),
    /// Waits while the 4 bytes of buffer are equal to `additional1`; status 0 when woken, EAGAIN if they differ.
    FUTEX_WAIT(26),
    /// Wakes at most `additional1` waiters on the 4 bytes of buffer; status = how many.
    FUTEX_WAKE(27),
    /// After an entry with [SqeFlags#CHAIN]: cancels it if it has not completed `offset` nanoseconds after it began;
    /// ETIMEDOUT then, ECANCELED if it was in time. As with [#TIMEOUT], the time is the kernel's: on a ring straight to
    /// a scheme that answers ENOSYS, the entry before goes on without a limit.
    LINK_TIMEOUT(28),
    /// Puts a completion {user data = `additional1`, status = `length`} into the ring of the caller whose number is
    /// fd; status 0, EOVERFLOW if too many messages wait there.
    MSG_RING(29),
    /// The events, of `syscallFlags` = [ferrite.spi.scheme.EventFlags], that are ready on fd now; does not wait.
    FEVENT(30),
    /// Removes the file whose path is in buffer; status 0.
    UNLINK(31),
    /// Removes the empty directory whose path is in buffer; status 0.
    RMDIR(32),
    /// Gives fd the path in buffer, in the same scheme; status 0.
    FRENAME(33),
    /// Writes a [ferrite.spi.scheme.StatVfs] of fd into buffer; status = its bytes.
    FSTATVFS(34),
    /// Duplicates fd into the context that serves the caller's ring `additional1`; status = the descriptor there.
    SEND_FD(35),
    /// Makes a namespace of the schemes named in buffer, one a line; status = its number.
    MKNS(36),
    /// Enters namespace `additional1`, or the empty one with 0, for good; status 0.
    SETRENS(37);

    /// First number that belongs to the serving scheme.
    public static final int PRIVATE_MIN = 128;

    private static final Opcode[] BY_CODE = values();

    private final int code;

    Opcode(int code) {
        this.code = code;
    }

    /// The number in the entry, 0..127.
    public int code() {
        return code;
    }

    /// The operation with this number; empty if none has it.
    public static Optional<Opcode> of(int code) {
        return code >= 0 && code < BY_CODE.length ? Optional.of(BY_CODE[code]) : Optional.empty();
    }

    /// The operation with this number; [#NOP] if none has it.
    public static Opcode ofOrNop(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : NOP;
    }
}
