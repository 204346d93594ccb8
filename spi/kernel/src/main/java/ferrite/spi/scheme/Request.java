package ferrite.spi.scheme;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;

/// One submission that a scheme has received and not yet answered.
///
/// Belongs to the runtime, which keeps it across a swap of the plug-in; the serving context uses it, under its run
/// token, until [#complete] or [#fail], exactly one of which must be called once. After that every method but
/// [#isLive] throws IllegalStateException.
public interface Request {

    /// [ferrite.spi.ring.Opcode], or private from 128.
    int opcode();

    /// [ferrite.spi.ring.SqeFlags].
    int flags();

    /// Flags of the operation.
    int syscallFlags();

    /// The scheme's own file number. Chosen by the asker on a ring between two schemes: check it.
    long file();

    /// Bytes, as the asker said; [#buffer] is what it really may touch.
    long length();

    /// Address or other value, by opcode, as the asker wrote it; never an access right.
    long address();

    /// File offset in bytes; open flags in `Open`.
    long offset();

    /// By opcode.
    long additional1();

    /// By opcode.
    long additional2();

    /// Whether the asker named a buffer.
    boolean hasBuffer();

    /// The bytes that the asker lends until the answer. Its `close` does nothing.
    ///
    /// @throws SchemeException EFAULT if there is none
    BufferSlice buffer();

    /// Who asks.
    CallerContext caller();

    /// Number of the ring the request came by, in the serving context. Files that were opened by one ring are to be
    /// closed when it goes ([AsyncScheme#detached]).
    int ring();

    /// The same for as long as the request lives, before and after a swap; unique among the live requests of the
    /// serving context. For state that is handed to a successor.
    long id();

    /// Whether it still waits for its answer.
    boolean isLive();

    /// Answers: the terminal completion.
    ///
    /// @param status a value, or a negative [Errno#status()]
    /// @param extra second result, by opcode
    void complete(long status, long extra);

    /// Answers with a value and nothing else.
    default void complete(long status) {
        complete(status, 0);
    }

    /// Answers with an error.
    default void fail(Errno errno) {
        complete(errno.status(), 0);
    }

    /// One event of a multi-shot submission, which stays armed.
    ///
    /// @return false if the asker has not reaped earlier events and there is no place: keep the event and try again
    ///         at a later poll
    boolean post(long status, long extra);
}
