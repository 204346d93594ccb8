package ferrite.filed.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.scheme.OpenFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Both kinds of folder mean the same by a path.
class FolderTest {
    private static final int PATHS = 1000;
    private static final List<String> PARTS = List.of(
            "",
            ".",
            "..",
            "a",
            "b",
            "file",
            "loop",
            "in",
            "out",
            "absolute",
            "up",
            "dangling",
            "fifo",
            "missing",
            "a/b");

    @TempDir
    private Path outside;

    private HostFolder linux;
    private HostFolder nio;

    @BeforeEach
    void makeTree() throws IOException, InterruptedException {
        assumeThat(LinuxFolder.isUsable()).isTrue();
        Path root = Files.createDirectory(outside.resolve("root"));
        Files.writeString(outside.resolve("file"), "secret");
        Files.createDirectories(root.resolve("a/b"));
        Files.writeString(root.resolve("file"), "one");
        Files.writeString(root.resolve("a/file"), "two");
        Files.createSymbolicLink(root.resolve("loop"), Path.of("a/loop"));
        Files.createSymbolicLink(root.resolve("a/loop"), Path.of("../loop"));
        Files.createSymbolicLink(root.resolve("in"), Path.of("a/b"));
        Files.createSymbolicLink(root.resolve("a/in"), Path.of("file"));
        Files.createSymbolicLink(root.resolve("out"), Path.of("a/../../file"));
        Files.createSymbolicLink(root.resolve("a/out"), Path.of("../.."));
        Files.createSymbolicLink(root.resolve("absolute"), root.resolve("file"));
        Files.createSymbolicLink(root.resolve("a/up"), Path.of(".."));
        Files.createSymbolicLink(root.resolve("a/b/up"), Path.of("../../in"));
        Files.createSymbolicLink(root.resolve("a/dangling"), Path.of("nothing"));
        new ProcessBuilder("mkfifo", root.resolve("a/fifo").toString()).start().waitFor();
        linux = LinuxFolder.open(Optional.of(root), false);
        nio = new NioFolder(Optional.of(root));
    }

    @Test
    void randomPathsGiveTheSameAnswer() {
        long seed = Long.getLong("SEED", System.nanoTime());
        System.out.println("SEED=" + seed);
        Random random = new Random(seed);
        long[] flags = {OpenFlags.RDONLY, OpenFlags.RDWR, OpenFlags.STAT, OpenFlags.RDONLY | OpenFlags.DIRECTORY};
        for (int i = 0; i < PATHS; i++) {
            StringBuilder path = new StringBuilder();
            int parts = 1 + random.nextInt(6);
            for (int part = 0; part < parts; part++) {
                path.append(part == 0 ? "" : "/").append(PARTS.get(random.nextInt(PARTS.size())));
            }
            OpenMode mode = new OpenMode(flags[random.nextInt(flags.length)]);
            assertThat(answer(nio, path.toString(), mode))
                    .as("seed %d, path \"%s\", %s", seed, path, mode)
                    .isEqualTo(answer(linux, path.toString(), mode));
        }
    }

    private static String answer(HostFolder folder, String path, OpenMode mode) {
        try {
            HostFile file = folder.open(path, mode);
            String answer = file.isDirectory() ? "directory" : "file of " + file.size();
            file.release();
            return answer;
        } catch (SchemeException refused) {
            return refused.errno().name();
        }
    }

    @Test
    void aDescriptorOfAnotherFileIsNotAdopted() {
        HostFile file = linux.open("file", new OpenMode(OpenFlags.RDONLY));
        HostFile.Saved saved = file.save();
        HostFile.Saved other = new HostFile.Saved(saved.fd(), saved.device(), saved.inode() + 1);
        HostFile.Saved closed = new HostFile.Saved(100_000, saved.device(), saved.inode());
        OpenMode mode = new OpenMode(OpenFlags.RDONLY);
        assertThatThrownBy(() -> linux.adopt(other, "file", Optional.empty(), mode))
                .satisfies(FolderTest::isBadState);
        assertThatThrownBy(() -> linux.adopt(closed, "file", Optional.empty(), mode))
                .satisfies(FolderTest::isBadState);
        file.release();
    }

    private static void isBadState(Throwable thrown) {
        assertThat(((SchemeException) thrown).errno()).isEqualTo(Errno.EBADMSG);
    }

    @Test
    void aNameThatIsNotUtf8IsNotListed() throws IOException, InterruptedException {
        Process touch = new ProcessBuilder(
                        "sh", "-c", "touch \"$(printf 'bad\\377name')\" \"$(printf 'two\\nlines')\" gr\u00fcn")
                .directory(outside.resolve("root/a/b").toFile())
                .start();
        assertThat(touch.waitFor()).isZero();
        HostFile folder = linux.open("a/b", new OpenMode(OpenFlags.RDONLY));
        assertThat(folder.names()).allMatch(name -> name.equals("up") || name.startsWith("gr"));
        folder.release();
    }
}
