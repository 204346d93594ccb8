package ferrite.runtime.boot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CommandLinesTest {

    @Test
    void semicolonsAndLineEndsSeparate() {
        assertThat(CommandLines.split("lspci -v; lsusb\nlsblk\n")).containsExactly("lspci -v", "lsusb", "lsblk");
    }

    @Test
    void quotesKeepTogether() {
        assertThat(CommandLines.split("echo 'a;b' ; echo \"c\nd\"")).containsExactly("echo 'a;b'", "echo \"c\nd\"");
    }

    @Test
    void bracketsKeepTogether() {
        assertThat(CommandLines.split("each [1 2] { echo $it; sleep 1 }; lsblk"))
                .containsExactly("each [1 2] { echo $it; sleep 1 }", "lsblk");
    }

    @Test
    void backslashTakesTheMeaningAway() {
        assertThat(CommandLines.split("echo a\\;b")).containsExactly("echo a\\;b");
    }

    @Test
    void nothingIsNoCommand() {
        assertThat(CommandLines.split(" ;\n; ")).isEmpty();
    }
}
