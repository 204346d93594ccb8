package ferrite.runtime.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.Settings;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.tomlj.Toml;

final class TomlSettingsTest {
    private static final String TEXT = """
            text = "a"
            number = 0x30
            flag = true
            texts = ["a", "b"]
            numbers = [1, 2]
            mixed = [1, "b"]

            [inner]
            text = "b"

            [[each]]
            name = "first"

            [[each]]
            name = "second"
            """;

    private final TomlSettings settings = of(TEXT);

    @Test
    void everyKindIsReadAsItself() {
        assertThat(settings.text("text")).contains("a");
        assertThat(settings.number("number")).hasValue(48);
        assertThat(settings.flag("flag")).contains(true);
        assertThat(settings.texts("texts")).containsExactly("a", "b");
        assertThat(settings.numbers("numbers")).containsExactly(1L, 2L);
        assertThat(settings.table("inner").flatMap(table -> table.text("text"))).contains("b");
        assertThat(settings.tables("each"))
                .extracting(table -> table.requiredText("name"))
                .containsExactly("first", "second");
    }

    @Test
    void missingKeysAreEmpty() {
        assertThat(settings.text("no")).isEmpty();
        assertThat(settings.number("no")).isEmpty();
        assertThat(settings.flag("no")).isEmpty();
        assertThat(settings.texts("no")).isEmpty();
        assertThat(settings.table("no")).isEmpty();
        assertThat(settings.tables("no")).isEmpty();
    }

    @Test
    void wrongTypeNamesFileLineAndWhatWasExpected() {
        refuses(() -> settings.number("text"), "x.toml:1: text is not a whole number");
        refuses(() -> settings.text("number"), "x.toml:2: number is not a text in quotes");
        refuses(() -> settings.numbers("mixed"), "x.toml:6: mixed is not an array of whole numbers");
        refuses(() -> settings.tables("inner"), "x.toml:8: inner is not an array of tables, [[inner]]");
    }

    @Test
    void requiredTextNamesThePlaceOfTheTable() {
        Settings inner = settings.table("inner").orElseThrow();

        refuses(() -> inner.requiredText("name"), "x.toml:8: name is missing");
    }

    @Test
    void upperSettingsWinKeyByKey() {
        TomlSettings both = of("text = \"upper\"\n").over(settings);

        assertThat(both.text("text")).contains("upper");
        assertThat(both.number("number")).hasValue(48);
        assertThat(both.where("number")).isEqualTo("x.toml:2");
    }

    @Test
    void whatADriverGivesStandsForNumbersAndFlagsToo() {
        TomlSettings given = TomlSettings.ofTexts(Map.of("port", "1", "fast", "true"), "xhcid");

        assertThat(given.number("port")).hasValue(1);
        assertThat(given.flag("fast")).contains(true);
        assertThat(given.text("port")).contains("1");
        refuses(() -> given.number("fast"), "xhcid: fast is not a whole number");
    }

    @Test
    void tablesCanBeAdded() {
        TomlSettings more = settings.with("child", List.of(of("name = \"c\"\n")));

        assertThat(more.tables("child"))
                .extracting(child -> child.requiredText("name"))
                .containsExactly("c");
    }

    private static TomlSettings of(String text) {
        return TomlSettings.of(Toml.parse(text), "x.toml", "x.toml:1", value -> value);
    }

    private static void refuses(ThrowingCallable call, String message) {
        assertThatExceptionOfType(SchemeException.class)
                .isThrownBy(call)
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
    }
}
