package ferrite.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every folder explains itself on one page, and the pages of plug-ins can be read side by side.
class ReadmeTest {
    private static final int LINES_MAX = 120;

    private static final String[] DRIVER = {
        "What it drives",
        "Schemes it serves",
        "Schemes it opens",
        "Rings and buffers",
        "Errors it returns",
        "Hot swap",
        "Limits",
        "Sources"
    };

    private static final String[] DEVICE = {
        "What it emulates",
        "Scheme it serves",
        "Schemes it opens",
        "Rings and buffers",
        "Errors",
        "Hot swap",
        "Limits",
        "Sources"
    };

    static Stream<String> folders() {
        return SourceTree.mavenFolders().stream();
    }

    static Stream<String> drivers() {
        return SourceTree.pluginFolders().stream()
                .filter(folder -> !new PluginFolder(folder).isDevice() && !new PluginFolder(folder).isApp());
    }

    static Stream<String> devices() {
        return SourceTree.pluginFolders().stream().filter(folder -> new PluginFolder(folder).isDevice());
    }

    @ParameterizedTest
    @MethodSource("folders")
    void everyFolderHasAReadme(String folder) {
        assertThat(SourceTree.isFile(readme(folder)))
                .as("%s: write it", readme(folder))
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("folders")
    void aReadmeFitsOnePage(String folder) {
        long lines = SourceTree.isFile(readme(folder))
                ? SourceTree.lines(readme(folder)).size()
                : 0;
        assertThat(lines)
                .as("lines of %s: shorten it, or move what is a contract to docs/protocol", readme(folder))
                .isLessThanOrEqualTo(LINES_MAX);
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void theReadmeOfADriverHasTheFixedHeadings(String folder) {
        assertThat(Markdown.read(readme(folder)).headings())
                .as("## headings of %s", readme(folder))
                .containsExactly(DRIVER);
    }

    @ParameterizedTest
    @MethodSource("devices")
    void theReadmeOfADeviceHasTheFixedHeadings(String folder) {
        assertThat(Markdown.read(readme(folder)).headings())
                .as("## headings of %s", readme(folder))
                .containsExactly(DEVICE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bundles", "hardware-bundles"})
    void theTableNamesEveryPluginAndNoOther(String parent) {
        List<String> named = Markdown.read(readme(parent)).firstCells().stream()
                .map(cell -> cell.replaceAll("^\\[([^]]*)].*", "$1").replaceAll("/$", ""))
                .toList();
        assertThat(named)
                .as("first column of the table in %s", readme(parent))
                .containsExactlyInAnyOrderElementsOf(SourceTree.children(parent));
    }

    private static String readme(String folder) {
        return folder + "/README.md";
    }
}
