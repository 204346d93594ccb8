package ferrite.client.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FerritePathTest extends MountedTest {
    @ParameterizedTest
    @CsvSource({
        "/, :",
        "/sys, sys:",
        "/file/a/b, file:a/b",
        "file/a, file:a",
        "/file/../sys/./x, sys:x",
        "/../../file/a, file:a",
        "/file/a/../../.., :",
        "/disk.pci-00.04.00_xhci-port1_scsi/0, disk.pci-00.04.00_xhci-port1_scsi:0",
        "/file/a:b, file:a:b"
    })
    void aPathIsASchemeAndTheRest(String path, String schemePath) {
        assertThat(FerritePath.of(path(path)).schemePath()).isEqualTo(schemePath);
    }

    @Test
    void dotDotIsNeverSentAndDoesNotLeaveTheMachine() throws IOException {
        machine.put("a", new byte[] {1});
        assertThat(Files.readAllBytes(path("/../sys/../../file/x/../a"))).containsExactly(1);
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b, c, /a/b/c",
        "/a/b, /c, /c",
        "/a/b, '', /a/b",
        "a, b, a/b",
        "'', b, b",
    })
    void resolving(String base, String other, String wanted) {
        assertThat(path(base).resolve(other)).hasToString(wanted);
    }

    @ParameterizedTest
    @CsvSource({"/a/b, /a/c/d, ../c/d", "/a, /a, ''", "/, /a, a", "a/b, a, ..", "a, b, ../b"})
    void relativizing(String from, String to, String wanted) {
        Path relative = path(from).relativize(path(to));
        assertThat(relative).hasToString(wanted);
        assertThat(path(from).resolve(relative).normalize()).isEqualTo(path(to).normalize());
    }

    @Test
    void thereIsNoRelativePathBetweenAbsoluteAndRelative() {
        assertThatThrownBy(() -> path("/a").relativize(path("b"))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"/a//b/, /a/b", "//, /", "a/, a", "'', ''"})
    void slashesThatSayNothingGo(String text, String wanted) {
        assertThat(path(text)).hasToString(wanted);
    }

    @Test
    void namesAndParents() {
        Path path = path("/file/a/b");
        assertThat(path.getNameCount()).isEqualTo(3);
        assertThat(path.getName(1)).hasToString("a");
        assertThat(path.getFileName()).hasToString("b");
        assertThat(path.getParent()).hasToString("/file/a");
        assertThat(path.getRoot()).hasToString("/");
        assertThat(path.subpath(1, 3)).hasToString("a/b");
        assertThat(path("/").getParent()).isNull();
        assertThat(path("/").getFileName()).isNull();
        assertThat(path("a").getParent()).isNull();
        assertThat(path("a").getRoot()).isNull();
        assertThat(path("").getNameCount()).isEqualTo(1);
        assertThat((Iterable<Path>) path).containsExactly(path("file"), path("a"), path("b"));
        assertThatThrownBy(() -> path.getName(3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> path.subpath(2, 2)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void beginningsAndEnds() {
        Path path = path("/file/a/b");
        assertThat(path.startsWith("/file/a")).isTrue();
        assertThat(path.startsWith("/file/ab")).isFalse();
        assertThat(path.startsWith("file")).isFalse();
        assertThat(path.startsWith("/")).isTrue();
        assertThat(path.startsWith("")).isFalse();
        assertThat(path.endsWith("a/b")).isTrue();
        assertThat(path.endsWith("/a/b")).isFalse();
        assertThat(path.endsWith("")).isFalse();
        assertThat(path("").endsWith("")).isTrue();
    }

    @Test
    void aNulIsNotPartOfAPath() {
        assertThatThrownBy(() -> path("/a\0b")).isInstanceOf(InvalidPathException.class);
    }

    @Test
    void aRealPathExists() throws IOException {
        machine.put("a", new byte[0]);
        assertThat(path("file/./a").toRealPath()).hasToString("/file/a");
        assertThatThrownBy(() -> path("/file/none").toRealPath()).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void toFileIsForTheDefaultFileSystemOnly() {
        assertThatThrownBy(() -> path("/file").toFile()).isInstanceOf(UnsupportedOperationException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "glob:*.txt a.txt true",
                "glob:*.txt d/a.txt false",
                "glob:**.txt d/a.txt true",
                "glob:a?c abc true",
                "glob:a?c a/c false",
                "glob:[a-c]x bx true",
                "glob:[!a-c]x bx false",
                "glob:[!a-c]x dx true",
                "glob:{a,b*}.x bcd.x true",
                "glob:{a,b*}.x c.x false",
                "glob:\\* * true",
                "glob:\\* a false",
                "glob:a.c abc false",
                "glob:[^]x ^x true",
                "glob:a+b a+b true",
                "regex:a.c abc true"
            })
    void patterns(String pattern, String path, boolean matches) {
        assertThat(files.getPathMatcher(pattern).matches(path(path))).isEqualTo(matches);
    }

    @Test
    void badPatternsAreRefused() {
        assertThatThrownBy(() -> files.getPathMatcher("glob:{a"))
                .isInstanceOf(java.util.regex.PatternSyntaxException.class);
        assertThatThrownBy(() -> files.getPathMatcher("glob:[a"))
                .isInstanceOf(java.util.regex.PatternSyntaxException.class);
        assertThatThrownBy(() -> files.getPathMatcher("glob:a\\"))
                .isInstanceOf(java.util.regex.PatternSyntaxException.class);
        assertThatThrownBy(() -> files.getPathMatcher("what:a")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> files.getPathMatcher("abc")).isInstanceOf(IllegalArgumentException.class);
    }
}
