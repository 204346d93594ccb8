package ferrite.runtime.scheme;

import ferrite.runtime.context.FileDescription;
import ferrite.runtime.context.KernelCall;
import ferrite.runtime.context.KernelContext;
import ferrite.runtime.context.KernelRing;
import ferrite.runtime.context.SchemeTarget;
import ferrite.runtime.ring.InFlight;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.SchemePath;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;

/// Operations on paths: the name before the colon is the kernel's, the rest the scheme's.
final class PathCalls {
    /// Longest list of names for `Mkns`, bytes.
    private static final int NAMES_BYTES_MAX = 65_536;

    private static final KernelCall.Conclusion PASS = KernelCall.Conclusion.PASS;

    private final Namespaces namespaces;

    PathCalls(Namespaces namespaces) {
        this.namespaces = namespaces;
    }

    /// A path in an entry's buffer.
    ///
    /// @param text all of it
    /// @param rest the part after the colon, in the buffer
    private record Path(String text, SchemeTarget target, BufferSlice rest) {}

    long open(KernelRing ring, InFlight record) {
        KernelContext context = ring.context();
        Path path = path(context, record);
        long flags = record.offset();
        SchemeTarget target = path.target;
        ring.callFor(record)
                .fill(
                        target,
                        record.opcode(),
                        0,
                        path.rest,
                        flags,
                        (_, status) -> status < 0
                                ? status
                                : Descriptors.install(context, new FileDescription(target, status, path.text, flags)),
                        null)
                .begin();
        return 0;
    }

    long openAt(KernelRing ring, InFlight record) {
        KernelContext context = ring.context();
        FileDescription directory = ring.file(record);
        String relative = text(record, Operation.PATH_BYTES_MAX, Errno.ENAMETOOLONG);
        return new RelativeOpen(
                        context, directory, relative, record.offset(), file -> Descriptors.install(context, file))
                .begin(ring, record);
    }

    /// `Unlink` and `Rmdir`.
    long remove(KernelRing ring, InFlight record) {
        Path path = path(ring.context(), record);
        ring.callFor(record)
                .fill(path.target, record.opcode(), 0, path.rest, record.offset(), PASS, null)
                .begin();
        return 0;
    }

    long rename(KernelRing ring, InFlight record) {
        FileDescription file = ring.file(record);
        Path path = path(ring.context(), record);
        if (!path.target.equals(file.target())) {
            return Errno.EXDEV.status();
        }
        ring.callFor(record)
                .fill(file.target(), record.opcode(), file.file(), path.rest, record.offset(), PASS, null)
                .begin();
        return 0;
    }

    /// @return the number of the new namespace
    long makeNamespace(KernelContext context, InFlight record) {
        Set<String> names = new LinkedHashSet<>();
        text(record, NAMES_BYTES_MAX, Errno.E2BIG)
                .lines()
                .filter(line -> !line.isEmpty())
                .forEach(names::add);
        return namespaces.make(context, names);
    }

    private Path path(KernelContext context, InFlight record) {
        String text = text(record, Operation.PATH_BYTES_MAX, Errno.ENAMETOOLONG);
        SchemePath path = SchemePath.parse(text);
        SchemeTarget target = namespaces.find(context, path.scheme());
        BufferSlice source = source(record);
        long nameBytes = path.scheme().getBytes(StandardCharsets.UTF_8).length + 1L;
        return new Path(text, target, source.slice(nameBytes, source.length() - nameBytes));
    }

    private static BufferSlice source(InFlight record) {
        BufferSlice source = record.buffer();
        if (source == null) {
            throw new SchemeException(Errno.EFAULT, "opcode " + record.opcode() + " names no buffer");
        }
        return source;
    }

    /// Copied first: the asker may change its bytes while we look.
    private static String text(InFlight record, int most, Errno tooLong) {
        BufferSlice source = source(record);
        if (source.length() > most) {
            throw new SchemeException(tooLong, source.length() + " bytes > " + most);
        }
        byte[] bytes = new byte[(int) source.length()];
        MemorySegment.copy(source.segment(), ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
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
