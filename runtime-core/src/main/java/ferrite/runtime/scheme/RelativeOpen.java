package ferrite.runtime.scheme;

import ferrite.runtime.context.FileDescription;
import ferrite.runtime.context.KernelCall;
import ferrite.runtime.context.KernelContext;
import ferrite.runtime.context.SchemeTarget;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.Opcode;
import ferrite.spi.scheme.SchemePath;
import ferrite.spi.scheme.Stat;
import java.util.ArrayDeque;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `OpenAt`: asks whether the descriptor is a directory, then opens the path below it. `.` and `..` are resolved here,
/// by name; a path cannot lead out of the directory, so that a directory can be handed on as the right to what is in
/// it.
final class RelativeOpen extends Sequence {
    private static final Pattern SLASH = Pattern.compile("/", Pattern.LITERAL);

    private final FileDescription directory;
    private final String relative;
    private final long flags;
    private final ToLongFunction<FileDescription> install;
    private @Nullable BufferSlice scratch;
    private @Nullable String path;
    private boolean over;
    private long result;

    /// @param install gives the opened file a descriptor
    RelativeOpen(
            KernelContext context,
            FileDescription directory,
            String relative,
            long flags,
            ToLongFunction<FileDescription> install) {
        super(context);
        this.directory = directory;
        this.relative = relative;
        this.flags = flags;
        this.install = install;
    }

    @Override
    @Nullable
    KernelCall next() {
        if (over) {
            return null;
        }
        SchemeTarget server = directory.target();
        if (path == null && scratch == null) {
            scratch = Scratch.acquire(context(), Stat.BYTES);
            return step(server, Opcode.FSTAT, directory.file(), scratch, 0);
        }
        end();
        path = below(directory.path(), relative);
        scratch = Scratch.of(context(), SchemePath.parse(path).rest());
        return step(server, Opcode.OPEN, 0, Scratch.path(scratch), flags);
    }

    @Override
    void answered(long status) {
        BufferSlice answer = scratch;
        if (status < 0) {
            over = true;
            result = status;
        } else if (path != null) {
            over = true;
            result = install.applyAsLong(new FileDescription(directory.target(), status, path, flags));
        } else if (answer == null || !Stat.decode(answer.segment(), 0).isDirectory()) {
            over = true;
            result = Errno.ENOTDIR.status();
        }
    }

    @Override
    long status() {
        return result;
    }

    @Override
    void end() {
        Scratch.release(scratch);
        scratch = null;
    }

    /// @throws SchemeException EINVAL for a path that begins with a slash, EACCES for one that leads out of the
    /// directory
    static String below(String directory, String relative) {
        if (relative.startsWith("/")) {
            throw new SchemeException(Errno.EINVAL, "path \"" + relative + "\" is not relative");
        }
        ArrayDeque<String> names = new ArrayDeque<>();
        for (String name : SLASH.split(relative, -1)) {
            if (name.equals("..") && names.pollLast() == null) {
                throw new SchemeException(Errno.EACCES, "path \"" + relative + "\" leads out of " + directory);
            } else if (!name.isEmpty() && !name.equals(".") && !name.equals("..")) {
                names.addLast(name);
            }
        }
        String rest = String.join("/", names);
        boolean joined = rest.isEmpty() || directory.endsWith(":") || directory.endsWith("/");
        return joined ? directory + rest : directory + '/' + rest;
    }
}
