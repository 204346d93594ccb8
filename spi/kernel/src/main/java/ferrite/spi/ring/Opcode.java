package ferrite.spi.ring;

import java.util.Optional;

/// The standard operations, below 128. From [#PRIVATE_MIN] on a number belongs to the scheme that serves it.
///
/// "buffer" is the slice submitted with the entry; "fd" is the entry's file; unnamed fields must be 0.
/// The same table stands in `docs/protocol/ring-abi.md`; a test compares the two.
public enum Opcode {
    /// Does nothing; status 0.
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
    /// Cancels the submission on the same ring whose user data is `additional1`; status 0, ENOENT if there is none.
    CANCEL(14),
    /// Completes with ETIMEDOUT at `offset` nanoseconds from now; cancelling it answers ECANCELED.
    TIMEOUT(15);

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
}
