package ferrite.spi.scheme;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.Opcode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// What a request asks for, parsed. A switch over it is a scheme's table of contents.
///
/// The kernel keeps the descriptors' own offsets, so a scheme sees only positioned reads and writes. Files are the
/// scheme's own numbers.
public sealed interface Operation {
    /// Longest path or argument, bytes.
    int PATH_BYTES_MAX = 4096;

    /// Answer: the new file's number, ≥ 0.
    /// @param path without the scheme
    /// @param flags [OpenFlags]
    record Open(String path, long flags) implements Operation {}

    /// Answer: the new file's number.
    /// @param argument names a sub-open; empty for a plain duplicate
    record Dup(long file, String argument) implements Operation {}

    /// Answer: 0.
    record Close(long file) implements Operation {}

    /// Answer: bytes read, 0 at the end.
    record Read(long file, long offset, BufferSlice into) implements Operation {}

    /// Answer: bytes written.
    record Write(long file, long offset, BufferSlice from) implements Operation {}

    /// Answer: 0 when everything acknowledged on the file is durable.
    record Fsync(long file) implements Operation {}

    /// Answer: 0.
    record Ftruncate(long file, long size) implements Operation {}

    /// Answer: [Stat#BYTES], with a [Stat] in the buffer.
    record Fstat(long file, BufferSlice into) implements Operation {}

    /// Answer: bytes of the path without the scheme, UTF-8, in the buffer.
    record Fpath(long file, BufferSlice into) implements Operation {}

    /// Answer: one completion per event.
    /// @param events [EventFlags]
    record RegisterEvents(long file, int events) implements Operation {}

    /// What most schemes do not have, and answer with ENOSYS: one case in their switch.
    sealed interface Other extends Operation {}

    /// Answer: the events that are ready.
    /// @param events [EventFlags]
    record Fevent(long file, int events) implements Other {}

    /// Answer: 0.
    /// @param path without the scheme
    record Unlink(String path) implements Other {}

    /// Answer: 0.
    /// @param path without the scheme
    record Rmdir(String path) implements Other {}

    /// Answer: 0.
    /// @param path without the scheme
    record Frename(long file, String path) implements Other {}

    /// Answer: [StatVfs#BYTES], with a [StatVfs] in the buffer.
    record Fstatvfs(long file, BufferSlice into) implements Other {}

    /// Private to the scheme, 128..255: it reads the fields of the request itself.
    record Private(int opcode) implements Operation {}

    /// Answer: ENOSYS.
    record Unknown(int opcode) implements Other {}

    /// Parses a request.
    ///
    /// @throws SchemeException EFAULT if an operation on bytes names no buffer, EINVAL for a path that is not UTF-8,
    ///         ENAMETOOLONG
    static Operation of(Request request) {
        if (request.opcode() >= Opcode.PRIVATE_MIN) {
            return new Private(request.opcode());
        }
        Opcode opcode = Opcode.ofOrNop(request.opcode());
        return switch (opcode) {
            case OPEN -> new Open(text(request), request.offset());
            case DUP -> new Dup(request.file(), request.hasBuffer() ? text(request) : "");
            case CLOSE -> new Close(request.file());
            case READ, PREAD -> new Read(request.file(), request.offset(), request.buffer());
            case WRITE, PWRITE -> new Write(request.file(), request.offset(), request.buffer());
            case FSYNC -> new Fsync(request.file());
            case FTRUNCATE -> new Ftruncate(request.file(), request.offset());
            case FSTAT -> new Fstat(request.file(), request.buffer());
            case FPATH -> new Fpath(request.file(), request.buffer());
            case REGISTER_EVENTS -> new RegisterEvents(request.file(), request.syscallFlags());
            case FEVENT -> new Fevent(request.file(), request.syscallFlags());
            case UNLINK -> new Unlink(text(request));
            case RMDIR -> new Rmdir(text(request));
            case FRENAME -> new Frename(request.file(), text(request));
            case FSTATVFS -> new Fstatvfs(request.file(), request.buffer());
            default -> new Unknown(request.opcode());
        };
    }

    /// The bytes of a request's buffer as UTF-8.
    ///
    /// @throws SchemeException EFAULT without a buffer, EINVAL if they are not UTF-8, ENAMETOOLONG
    private static String text(Request request) {
        BufferSlice buffer = request.buffer();
        if (buffer.length() > PATH_BYTES_MAX) {
            throw new SchemeException(Errno.ENAMETOOLONG, "path of " + buffer.length() + " bytes > " + PATH_BYTES_MAX);
        }
        // Copied first: the asker may change its bytes while we look.
        byte[] bytes = new byte[(int) buffer.length()];
        MemorySegment.copy(buffer.segment(), ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw new SchemeException(Errno.EINVAL, "path is not UTF-8");
        }
    }
}
