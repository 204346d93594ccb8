package ferrite.runtime.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

final class DdArgumentsTest {

    @Test
    void everythingIsTaken() {
        DdArguments parsed = parse("if=disk.a:0", "of=file:/b", "bs=4k", "count=2", "skip=3", "seek=1");

        assertThat(parsed).isEqualTo(new DdArguments("disk.a:0", "file:/b", 4096, 2, 3, 1));
        assertThat(parsed.bytesMax()).isEqualTo(8192);
        assertThat(parsed.inputOffset()).isEqualTo(12_288);
        assertThat(parsed.outputOffset()).isEqualTo(4096);
    }

    @Test
    void recordIs512BytesAndEverythingIsCopiedIfNothingElseIsSaid() {
        DdArguments parsed = parse("if=a:0", "of=b:0");

        assertThat(parsed.recordBytes()).isEqualTo(512);
        assertThat(parsed.bytesMax()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void countOfNothingCopiesNothing() {
        assertThat(parse("if=a:0", "of=b:0", "count=0").bytesMax()).isZero();
    }

    @Test
    void suffixesAreBinary() {
        assertThat(parse("if=a:0", "of=b:0", "bs=1M").recordBytes()).isEqualTo(1_048_576);
        assertThat(parse("if=a:0", "of=b:0", "count=1G").count()).isEqualTo(1_073_741_824);
    }

    @Test
    void pathMayHoldAnEqualsSign() {
        assertThat(parse("if=file:a=b", "of=c:0").input()).isEqualTo("file:a=b");
    }

    @Test
    void mistakesAreNamed() {
        refuses("if= is missing", "of=b:0");
        refuses("of= is missing", "if=a:0");
        refuses("\"conv=fsync\" is none of", "if=a:0", "of=b:0", "conv=fsync");
        refuses("\"-v\" is none of", "-v");
        refuses("bs= \"4x\" is no number", "if=a:0", "of=b:0", "bs=4x");
        refuses("bs=0 is not in 1..", "if=a:0", "of=b:0", "bs=0");
        refuses("bs=1G is not in 1..", "if=a:0", "of=b:0", "bs=1G");
        refuses("count= \"-1\" is no number", "if=a:0", "of=b:0", "count=-1");
        refuses("count= is given twice", "if=a:0", "of=b:0", "count=1", "count=2");
        refuses("are the same", "if=a:0", "of=a:0");
        refuses("are too many", "if=a:0", "of=b:0", "bs=64M", "seek=999999999G");
    }

    private static DdArguments parse(String... arguments) {
        return DdArguments.parse(List.of(arguments));
    }

    private static void refuses(String words, String... arguments) {
        assertThatExceptionOfType(CommandException.class)
                .isThrownBy(() -> parse(arguments))
                .withMessageContaining(words);
    }
}
