package ferrite.client.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/// Copies and moves between paths of mounted machines.
final class Transfer {
    private Transfer() {}

    static void copy(FerritePath source, FerritePath target, Set<CopyOption> options) throws IOException {
        check(options, false);
        SchemeAttributes attributes = source.getFileSystem().attributes(source);
        if (isSame(source, target)) {
            return;
        }
        target.getFileSystem().requireWritable();
        makeWay(target, options);
        if (attributes.isDirectory()) {
            target.getFileSystem().calls().createDirectory(target);
        } else {
            copyBytes(source, target);
        }
    }

    static void move(FerritePath source, FerritePath target, Set<CopyOption> options) throws IOException {
        check(options, true);
        source.getFileSystem().requireWritable();
        target.getFileSystem().requireWritable();
        SchemeAttributes attributes = source.getFileSystem().attributes(source);
        if (isSame(source, target)) {
            return;
        }
        boolean atomic = options.contains(StandardCopyOption.ATOMIC_MOVE);
        boolean inOneScheme = source.getFileSystem().equals(target.getFileSystem())
                && source.scheme().equals(target.scheme());
        if (atomic && !inOneScheme) {
            throw new AtomicMoveNotSupportedException(
                    source.toString(), target.toString(), "from one scheme to another");
        }
        if (!atomic) {
            makeWay(target, options);
        }
        if (inOneScheme) {
            source.getFileSystem().calls().rename(source, target);
            return;
        }
        if (attributes.isDirectory()) {
            if (!source.getFileSystem().calls().names(source).isEmpty()) {
                throw new DirectoryNotEmptyException(source.toString());
            }
            target.getFileSystem().calls().createDirectory(target);
        } else {
            copyBytes(source, target);
        }
        source.getFileSystem().calls().delete(source);
    }

    private static void check(Set<CopyOption> options, boolean moving) {
        for (CopyOption option : options) {
            boolean known = option == StandardCopyOption.REPLACE_EXISTING
                    || option == LinkOption.NOFOLLOW_LINKS
                    || option == StandardCopyOption.ATOMIC_MOVE && moving
                    // There are no attributes that a copy could have.
                    || option == StandardCopyOption.COPY_ATTRIBUTES && !moving;
            if (!known) {
                throw new UnsupportedOperationException("copy option " + option);
            }
        }
    }

    private static boolean isSame(FerritePath source, FerritePath target) {
        return source.toAbsolutePath()
                .normalize()
                .equals(target.toAbsolutePath().normalize());
    }

    /// Removes what stands at the target, if that is allowed. A device stays: it is written over.
    private static void makeWay(FerritePath target, Set<CopyOption> options) throws IOException {
        SchemeAttributes there;
        try {
            there = target.getFileSystem().attributes(target);
        } catch (NoSuchFileException free) {
            return;
        }
        if (!options.contains(StandardCopyOption.REPLACE_EXISTING)) {
            throw new FileAlreadyExistsException(target.toString());
        }
        if (!there.isOther()) {
            target.getFileSystem().calls().delete(target);
        }
    }

    private static void copyBytes(FerritePath source, FerritePath target) throws IOException {
        if (source.isSchemeOrRoot() && source.scheme().isEmpty()) {
            throw new FileSystemException(source.toString(), null, "is the list of schemes");
        }
        try (InputStream in = Files.newInputStream(source);
                var out = Files.newOutputStream(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            in.transferTo(out);
        }
    }
}
