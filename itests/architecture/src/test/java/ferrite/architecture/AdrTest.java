package ferrite.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Decision records can be cited by number and argued with, because each says what would prove it wrong.
class AdrTest {
    private static final String FOLDER = "docs/adr/";
    private static final String[] HEADINGS = {"Context", "Decision", "Alternatives", "Cost", "What would prove it wrong"
    };

    static Stream<String> records() {
        return SourceTree.files().stream()
                .filter(file -> file.startsWith(FOLDER) && !file.equals(FOLDER + "README.md"));
    }

    @Test
    void namesAreANumberAndATitle() {
        assertThat(records().map(file -> file.substring(FOLDER.length())))
                .as("files in %s: call them NNNN-title.md", FOLDER)
                .isNotEmpty()
                .allMatch(name -> name.matches("[0-9]{4}(-[a-z0-9]+)+\\.md"));
    }

    @Test
    void numbersHaveNoGap() {
        List<String> numbers = records()
                .map(file -> file.substring(FOLDER.length()).split("-", 2)[0])
                .toList();
        assertThat(numbers)
                .as("numbers in %s", FOLDER)
                .isNotEmpty()
                .containsExactlyElementsOf(IntStream.rangeClosed(1, numbers.size())
                        .mapToObj(number -> String.format(Locale.ROOT, "%04d", number))
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("records")
    void aRecordHasTheFixedHeadings(String file) {
        assertThat(Markdown.read(file).headings()).as("## headings of %s", file).containsExactly(HEADINGS);
    }
}
