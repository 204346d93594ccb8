package ferrite.filed;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nobody gets out of the root, and nothing but files and directories is opened.
class HostilePathTest {
    @TempDir
    private Path outside;

    private Path root;
    private FiledRig rig;

    @BeforeEach
    void start() throws IOException {
        root = Files.createDirectory(outside.resolve("root"));
        Files.writeString(outside.resolve("secret"), "secret");
        Files.createDirectories(root.resolve("a/b"));
        Files.writeString(root.resolve("a/file"), "inside");
        rig = FiledRig.start(root, Map.of("root", root.toString()));
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void dotsLeadUpOnlyInsideTheRoot() {
        assertThat(rig.text("a/b/../file")).isEqualTo("inside");
        assertThat(rig.text("./a/./file")).isEqualTo("inside");
        assertThat(rig.refusal("..", OpenFlags.RDONLY)).isEqualTo(Errno.EACCES);
        assertThat(rig.refusal("../secret", OpenFlags.RDONLY)).isEqualTo(Errno.EACCES);
        assertThat(rig.refusal("a/../../secret", OpenFlags.RDONLY)).isEqualTo(Errno.EACCES);
        assertThat(rig.refusal("a/b/../../../root/a/file", OpenFlags.RDONLY)).isEqualTo(Errno.EACCES);
    }

    @Test
    void aLeadingSlashMeansTheRootOfTheScheme() {
        assertThat(rig.text("/a/file")).isEqualTo("inside");
        assertThat(rig.text("///a//file")).isEqualTo("inside");
        assertThat(rig.refusal(outside.resolve("secret").toString(), OpenFlags.RDONLY))
                .isEqualTo(Errno.ENOENT);
        assertThat(rig.refusal("/etc/passwd", OpenFlags.RDONLY)).isEqualTo(Errno.ENOENT);
        assertThat(rig.refusal("/proc/self/root/etc/passwd", OpenFlags.RDONLY)).isEqualTo(Errno.ENOENT);
    }

    @Test
    void linksAreFollowedOnlyInsideTheRoot() throws IOException {
        Files.createSymbolicLink(root.resolve("in"), Path.of("a/file"));
        Files.createSymbolicLink(root.resolve("a/b/up"), Path.of("../file"));
        Files.createSymbolicLink(root.resolve("out"), Path.of("../secret"));
        Files.createSymbolicLink(root.resolve("absolute"), outside.resolve("secret"));
        Files.createSymbolicLink(root.resolve("absoluteInside"), root.resolve("a/file"));
        Files.createSymbolicLink(root.resolve("folderOut"), Path.of(".."));
        assertThat(rig.text("in")).isEqualTo("inside");
        assertThat(rig.text("a/b/up")).isEqualTo("inside");
        assertThat(rig.refusal("out", OpenFlags.RDONLY)).isEqualTo(Errno.EACCES);
        assertThat(rig.refusal("absolute", OpenFlags.RDONLY)).isEqualTo(Errno.EACCES);
        assertThat(rig.refusal("absoluteInside", OpenFlags.RDONLY)).isEqualTo(Errno.EACCES);
        assertThat(rig.refusal("folderOut/secret", OpenFlags.RDONLY)).isEqualTo(Errno.EACCES);
        assertThat(rig.refusal("folderOut/new", OpenFlags.RDWR | OpenFlags.CREAT))
                .isEqualTo(Errno.EACCES);
        assertThat(outside.resolve("new")).doesNotExist();
    }

    @Test
    void aLinkThatLeadsInACircleIsTooManyLinks() throws IOException {
        Files.createSymbolicLink(root.resolve("one"), Path.of("two"));
        Files.createSymbolicLink(root.resolve("two"), Path.of("one"));
        assertThat(rig.refusal("one", OpenFlags.RDONLY)).isEqualTo(Errno.ELOOP);
        assertThat(rig.refusal("two/x", OpenFlags.RDONLY)).isEqualTo(Errno.ELOOP);
    }

    @Test
    void nothingIsMadeBehindALinkToNothing() throws IOException {
        Files.createSymbolicLink(root.resolve("dangling"), Path.of("../made"));
        Files.createSymbolicLink(root.resolve("danglingInside"), Path.of("nothing"));
        assertThat(rig.refusal("dangling", OpenFlags.RDWR | OpenFlags.CREAT)).isEqualTo(Errno.EACCES);
        assertThat(rig.refusal("danglingInside", OpenFlags.RDWR | OpenFlags.CREAT))
                .isEqualTo(Errno.ENOENT);
        assertThat(outside.resolve("made")).doesNotExist();
    }

    @Test
    void namesThatTheHostCannotHaveAreRefused() {
        assertThat(rig.refusal("a/file\0../../secret", OpenFlags.RDONLY)).isEqualTo(Errno.EINVAL);
        assertThat(rig.refusal("x".repeat(256), OpenFlags.RDONLY)).isEqualTo(Errno.ENAMETOOLONG);
        assertThat(rig.refusal("a/".repeat(2000), OpenFlags.RDONLY)).isIn(Errno.ENOENT, Errno.ENAMETOOLONG);
        assertThat(rig.refusal("./".repeat(2045) + "a", OpenFlags.RDWR)).isIn(Errno.EISDIR, Errno.ENAMETOOLONG);
        assertThat(rig.refusal("./".repeat(3000), OpenFlags.RDONLY)).isEqualTo(Errno.ENAMETOOLONG);
    }

    @Test
    void aPathThatIsNotUtf8IsRefused() {
        byte[] bytes = "file:a/file".getBytes(StandardCharsets.UTF_8);
        bytes[7] = (byte) 0xFF;
        try (BufferSlice buffer = rig.buffer(bytes.length)) {
            MemorySegment.copy(bytes, 0, buffer.segment(), ValueLayout.JAVA_BYTE, 0, bytes.length);
            long status = rig.ring()
                    .call(SubmissionQueueEntry.of(Opcode.OPEN).withOffset(OpenFlags.RDONLY), buffer)
                    .status();
            assertThat(status).isEqualTo(Errno.EINVAL.status());
        }
    }

    @Test
    void whatIsMissingOrOfTheOtherKindSaysSo() {
        assertThat(rig.refusal("nothing", OpenFlags.RDONLY)).isEqualTo(Errno.ENOENT);
        assertThat(rig.refusal("nothing/x", OpenFlags.RDONLY)).isEqualTo(Errno.ENOENT);
        assertThat(rig.refusal("a/file/x", OpenFlags.RDONLY)).isEqualTo(Errno.ENOTDIR);
        assertThat(rig.refusal("a/file/", OpenFlags.RDONLY)).isEqualTo(Errno.ENOTDIR);
        assertThat(rig.refusal("a/file", OpenFlags.RDONLY | OpenFlags.DIRECTORY))
                .isEqualTo(Errno.ENOTDIR);
        assertThat(rig.refusal("a", OpenFlags.RDWR)).isEqualTo(Errno.EISDIR);
        assertThat(rig.refusal("a/file", OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.EXCL))
                .isEqualTo(Errno.EEXIST);
        assertThat(rig.refusal("new/x", OpenFlags.RDWR | OpenFlags.CREAT)).isEqualTo(Errno.ENOENT);
    }

    @Test
    void aFifoIsRefusedAndNotOpened() throws IOException, InterruptedException {
        int made = new ProcessBuilder("mkfifo", root.resolve("fifo").toString())
                .start()
                .waitFor();
        assertThat(made).isZero();
        assertThat(rig.refusal("fifo", OpenFlags.RDONLY)).isEqualTo(Errno.EACCES);
        assertThat(rig.refusal("fifo", OpenFlags.RDWR)).isEqualTo(Errno.EACCES);
        assertThat(rig.refusal("fifo", OpenFlags.STAT)).isEqualTo(Errno.EACCES);
    }

    @Test
    void aDeviceIsRefused() {
        try (FiledRig devices = FiledRig.start(root, Map.of("root", "/dev"))) {
            assertThat(devices.refusal("null", OpenFlags.RDONLY)).isEqualTo(Errno.EACCES);
            assertThat(devices.refusal("zero", OpenFlags.RDWR)).isEqualTo(Errno.EACCES);
        }
    }

    @Test
    void flagsThatMeanNothingTogetherAreRefused() {
        assertThat(rig.refusal("a/file", OpenFlags.RDONLY | OpenFlags.TRUNC)).isEqualTo(Errno.EINVAL);
        assertThat(rig.refusal("a/file", OpenFlags.RDONLY | OpenFlags.EXLOCK)).isEqualTo(Errno.EINVAL);
        assertThat(rig.refusal("a/file", OpenFlags.RDONLY | 1L << 40)).isEqualTo(Errno.EINVAL);
        assertThat(root.resolve("a/file")).hasContent("inside");
    }

    @Test
    void removingAndRenamingStayInside() throws IOException {
        Files.createSymbolicLink(root.resolve("folderOut"), Path.of(".."));
        Files.createSymbolicLink(root.resolve("link"), Path.of("../secret"));
        long fd = rig.open("a/file", OpenFlags.RDWR);
        assertThat(rig.onPath(Opcode.UNLINK, 0, "file:../secret")).isEqualTo(Errno.EACCES.status());
        assertThat(rig.onPath(Opcode.UNLINK, 0, "file:folderOut/secret")).isEqualTo(Errno.EACCES.status());
        assertThat(rig.onPath(Opcode.FRENAME, fd, "file:../stolen")).isEqualTo(Errno.EACCES.status());
        assertThat(rig.onPath(Opcode.FRENAME, fd, "file:..")).isEqualTo(Errno.EINVAL.status());
        assertThat(rig.onPath(Opcode.RMDIR, 0, "file:")).isEqualTo(Errno.EINVAL.status());
        assertThat(rig.onPath(Opcode.UNLINK, 0, "file:link")).isZero();
        assertThat(outside.resolve("secret")).hasContent("secret");
    }

    @Test
    void aReadOnlyRootIsNotChanged() throws IOException {
        Path kept = Files.createDirectory(outside.resolve("kept"));
        Files.writeString(kept.resolve("file"), "kept");
        try (FiledRig readOnly = FiledRig.start(kept, Map.of("root", kept.toString(), "read_only", true))) {
            assertThat(readOnly.text("file")).isEqualTo("kept");
            assertThat(readOnly.refusal("file", OpenFlags.RDWR)).isEqualTo(Errno.EROFS);
            assertThat(readOnly.refusal("file", OpenFlags.WRONLY | OpenFlags.TRUNC))
                    .isEqualTo(Errno.EROFS);
            assertThat(readOnly.refusal("new", OpenFlags.RDONLY | OpenFlags.CREAT))
                    .isEqualTo(Errno.EROFS);
            assertThat(readOnly.onPath(Opcode.UNLINK, 0, "file:file")).isEqualTo(Errno.EROFS.status());
        }
        assertThat(kept).isDirectoryContaining(file -> file.endsWith("file"));
        assertThat(kept.resolve("file")).hasContent("kept");
    }
}
