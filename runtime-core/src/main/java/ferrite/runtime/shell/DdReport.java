package ferrite.runtime.shell;

import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a copy has done, as `dd` prints it: whole and partial records on each side, bytes, rate.
final class DdReport {
    private final long begin = System.nanoTime();
    private final long[] in = new long[2];
    private final long[] out = new long[2];
    private long bytes;
    private long nanos;
    private @Nullable CommandException failure;

    void read(int length, int recordBytes) {
        in[length == recordBytes ? 0 : 1]++;
    }

    void written(int length, int recordBytes) {
        out[length == recordBytes ? 0 : 1]++;
        bytes += length;
    }

    void end(@Nullable CommandException why) {
        failure = why;
        nanos = Math.max(1, System.nanoTime() - begin);
    }

    /// Prints, then throws what stopped the copy, if anything did.
    void finish(PrintStream err) {
        double seconds = nanos / 1e9;
        err.println(in[0] + "+" + in[1] + " records in");
        err.println(out[0] + "+" + out[1] + " records out");
        err.println(String.format(
                Locale.ROOT,
                "%d bytes (%s) copied, %.3f s, %s/s",
                bytes,
                Sizes.readable((double) bytes),
                seconds,
                Sizes.readable(bytes / seconds)));
        if (failure != null) {
            throw failure;
        }
    }
}
