package ferrite.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The tree as it is checked out. Folders are named by their path from the root, `bundles/xhcid`; the root is empty.
final class SourceTree {
    static final Path ROOT = findRoot();

    private static final Set<String> NOT_OURS = Set.of(".git", ".idea", ".settings", ".vscode", "target");
    private static final List<String> FILES = walk();
    private static final Pattern AGGREGATOR = Pattern.compile("<packaging>\\s*pom\\s*</packaging>");

    private SourceTree() {}

    /// Every folder below the root with a `pom.xml`, sorted.
    static List<String> mavenFolders() {
        return files().stream()
                .filter(file -> file.endsWith("/pom.xml"))
                .map(file -> file.substring(0, file.lastIndexOf('/')))
                .toList();
    }

    /// Whether the folder only lists others: it has no jar of its own.
    static boolean isAggregator(String folder) {
        return AGGREGATOR.matcher(read(folder + "/pom.xml")).find();
    }

    /// Folders with a `pom.xml` directly below this one, sorted; by their own names.
    static List<String> children(String parent) {
        return mavenFolders().stream()
                .filter(folder -> folder.startsWith(parent + '/'))
                .map(folder -> folder.substring(parent.length() + 1))
                .filter(name -> !name.contains("/"))
                .toList();
    }

    /// Every plug-in's folder: those below `bundles` and `hardware-bundles`.
    static List<String> pluginFolders() {
        return mavenFolders().stream()
                .filter(folder -> folder.startsWith("bundles/") || folder.startsWith("hardware-bundles/"))
                .toList();
    }

    /// Names of the folders at the root.
    static List<String> topLevelFolders() {
        try (Stream<Path> entries = Files.list(ROOT)) {
            return entries.filter(Files::isDirectory)
                    .map(entry -> entry.getFileName().toString())
                    .filter(name -> !name.startsWith(".") && !NOT_OURS.contains(name))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// Every file that is not built, sorted, with `/` between names.
    static List<String> files() {
        return FILES;
    }

    static boolean isFile(String path) {
        return Files.isRegularFile(ROOT.resolve(path));
    }

    static boolean isFolder(String path) {
        return Files.isDirectory(ROOT.resolve(path));
    }

    /// A text file as a whole.
    static String read(String path) {
        try {
            return Files.readString(ROOT.resolve(path), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// The lines of a text file.
    static List<String> lines(String path) {
        return read(path).lines().toList();
    }

    private static List<String> walk() {
        List<String> found = new ArrayList<>();
        try {
            Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    boolean ours = folder.equals(ROOT)
                            || !NOT_OURS.contains(folder.getFileName().toString());
                    return ours ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile()) {
                        found.add(ROOT.relativize(file).toString().replace('\\', '/'));
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return found.stream().sorted().toList();
    }

    /// Climbs to the folder that holds the whole reactor, so that the tests run from the root, from the module and
    /// from an IDE alike.
    private static Path findRoot() {
        Path start = Path.of("").toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            if (Files.isRegularFile(folder.resolve("pom.xml")) && Files.isDirectory(folder.resolve("spi"))) {
                return folder;
            }
        }
        throw new IllegalStateException(
                start + " is not inside a checkout of Ferrite: no parent has pom.xml and spi/; run the tests there");
    }
}
