package ferrite.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// No text in the tree speaks of one machine, of work left for later, or to the console.
class NoPathsTest {
    /// Larger files are data, not text that a person wrote.
    private static final long TEXT_BYTES_MAX = 1 << 20;

    private static final Pattern MACHINE_PATH =
            Pattern.compile("(?<![\\w.$}~-])/(?:work|farm|root|home|Users|usr/lib/jvm)/[\\w.-]*\\w");

    /// In backticks it is spoken of, not used.
    private static final Pattern LEFT_FOR_LATER = Pattern.compile("(?<!`)\\b(?:TO" + "DO|FIX" + "ME)\\b");

    private static final Pattern CONSOLE = Pattern.compile("\\bSystem\\s*\\.\\s*(?:out|err)\\b");

    private static final List<String> MAY_PRINT = List.of(
            "runtime-core/src/main/java/ferrite/runtime/shell/",
            "runtime-core/src/main/java/ferrite/runtime/boot/",
            "itests/");

    @Test
    void noFileNamesAPathOfOneMachine() throws IOException {
        assertThat(linesWith(MACHINE_PATH, _ -> true))
                .as("lines that name a path only one machine has: find it at run time, or write a placeholder")
                .isEmpty();
    }

    @Test
    void noWorkIsLeftInAComment() throws IOException {
        assertThat(linesWith(LEFT_FOR_LATER, _ -> true))
                .as("lines that leave work for later: do it, or open an issue and say why it can wait")
                .isEmpty();
    }

    @Test
    void onlyTheShellAndTheStartPrint() throws IOException {
        assertThat(linesWith(
                        CONSOLE,
                        file -> file.contains("/src/main/") // a test may print its seed
                                && file.endsWith(".java")
                                && MAY_PRINT.stream().noneMatch(file::startsWith)))
                .as("lines that print: use System.Logger, or let the shell print what you return")
                .isEmpty();
    }

    private static List<String> linesWith(Pattern pattern, Predicate<String> wanted) throws IOException {
        List<String> found = new ArrayList<>();
        for (String file : SourceTree.files()) {
            if (!wanted.test(file) || !isText(SourceTree.ROOT.resolve(file))) {
                continue;
            }
            List<String> lines = SourceTree.lines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (pattern.matcher(lines.get(i)).find()) {
                    found.add(file + ':' + (i + 1) + ": " + lines.get(i).strip());
                }
            }
        }
        return found;
    }

    private static boolean isText(Path file) throws IOException {
        if (Files.size(file) > TEXT_BYTES_MAX) {
            return false;
        }
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.indexOf('\0') < 0 && text.indexOf('\uFFFD') < 0;
    }
}
