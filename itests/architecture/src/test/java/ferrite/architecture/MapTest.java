package ferrite.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// ARCHITECTURE.md is the map of the tree: a folder without a line is lost, a line without a folder lies.
class MapTest {
    private static final String MAP = "ARCHITECTURE.md";

    /// A table row or list item that begins with a path in backticks.
    private static final Pattern LINE = Pattern.compile("^\\s*(?:\\||[-*])\\s*`([a-z0-9-]+(?:/[a-z0-9-]+)*)/?`");

    @Test
    void theRootHoldsTheEightFolders() {
        assertThat(SourceTree.topLevelFolders())
                .as("folders at the root: everything else has a home inside one of them")
                .containsExactlyInAnyOrder(
                        "spi",
                        "buffer-pool",
                        "runtime-core",
                        "bundles",
                        "hardware-bundles",
                        "assembly",
                        "itests",
                        "docs");
    }

    @Test
    void everyFolderHasALine() {
        List<String> paths = paths();
        assertThat(SourceTree.mavenFolders())
                .as("Maven folders without a line in %s: add \"| `folder` | what it is |\"", MAP)
                .allMatch(paths::contains);
    }

    @Test
    void noFolderHasTwoLines() {
        assertThat(paths().stream().filter(SourceTree.mavenFolders()::contains))
                .as("Maven folders that begin two lines of %s: keep one", MAP)
                .doesNotHaveDuplicates();
    }

    @Test
    void everyLineHasAFolder() {
        assertThat(paths().stream().filter(path -> path.contains("/")))
                .as("lines of %s that begin with a folder which is not there: remove them", MAP)
                .allMatch(SourceTree::isFolder);
    }

    @Test
    void everyFolderIsBuilt() {
        assertThat(SourceTree.mavenFolders())
                .as("Maven folders that no <module> of their parent names: the build leaves them out")
                .allMatch(MapTest::isNamedByParent);
    }

    private static List<String> paths() {
        assertThat(SourceTree.isFile(MAP))
                .as("%s at the root, with one line for each Maven folder: write it", MAP)
                .isTrue();
        return SourceTree.lines(MAP).stream()
                .map(LINE::matcher)
                .filter(Matcher::find)
                .map(line -> line.group(1))
                .toList();
    }

    private static boolean isNamedByParent(String folder) {
        int slash = folder.lastIndexOf('/');
        String parent = slash < 0 ? "pom.xml" : folder.substring(0, slash) + "/pom.xml";
        return SourceTree.isFile(parent)
                && SourceTree.read(parent).contains("<module>" + folder.substring(slash + 1) + "</module>");
    }
}
