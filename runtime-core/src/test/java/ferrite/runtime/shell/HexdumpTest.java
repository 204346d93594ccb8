package ferrite.runtime.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class HexdumpTest {

    @Test
    void bytesStandBesideTheirText() throws IOException {
        assertThat(dump("Hello, ring!\n\0\1\2\3".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo("""
                        00000000  48 65 6c 6c 6f 2c 20 72  69 6e 67 21 0a 00 01 02  |Hello, ring!....|
                        00000010  03                                                |.|
                        00000011
                        """);
    }

    @Test
    void equalLinesAreOneStar() throws IOException {
        assertThat(dump(new byte[64])).isEqualTo("""
                        00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
                        *
                        00000040
                        """);
    }

    @Test
    void nothingIsNothing() throws IOException {
        assertThat(dump(new byte[0])).isEmpty();
    }

    private static String dump(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Hexdump.Canonical lines = new Hexdump.Canonical(new PrintStream(out, true, StandardCharsets.UTF_8))) {
            lines.write(bytes);
            lines.end();
        }
        return out.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }
}
