package ferrite.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BenchCommandTest {
    private static final int WRONG_USAGE = 2;

    private final StringWriter errors = new StringWriter();
    private final CommandLine commands = BenchCommand.commandLine().setErr(new PrintWriter(errors, true));

    @Test
    void anUnknownMeasurementIsRefusedWithTheKnownOnes() {
        assertThat(commands.execute("foo")).isEqualTo(WRONG_USAGE);
        assertThat(errors.toString()).contains("foo").contains("rings").contains("pool");
    }

    @Test
    void aMistypedOptionIsRefusedWithTheRightOne() {
        assertThat(commands.execute("rings", "--jsn")).isEqualTo(WRONG_USAGE);
        assertThat(errors.toString()).contains("--jsn").contains("--json");
    }

    @Test
    void withoutAMeasurementItAsksForOne() {
        assertThat(commands.execute()).isEqualTo(WRONG_USAGE);
        assertThat(errors.toString()).contains("rings or pool");
    }

    @Test
    void helpTellsTheOptions() {
        StringWriter out = new StringWriter();
        assertThat(commands.setOut(new PrintWriter(out, true)).execute("pool", "--help"))
                .isZero();
        assertThat(out.toString()).contains("--json").contains("--quick");
    }
}
