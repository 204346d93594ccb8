package ferrite.runtime.shell;

import java.util.concurrent.TimeUnit;

/// How long ago something began, as people read it: two units at most.
final class Ages {
    private Ages() {}

    /// `250 µs`, `412 ms`, `3.4 s`, `12 min 5 s`, `3 h 12 min`, `2 d 3 h`.
    static String readable(long nanos) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(nanos);
        if (seconds >= 86_400) {
            return seconds / 86_400 + " d " + seconds / 3_600 % 24 + " h";
        }
        if (seconds >= 3_600) {
            return seconds / 3_600 + " h " + seconds / 60 % 60 + " min";
        }
        if (seconds >= 60) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        if (seconds >= 1) {
            return seconds + "." + nanos / 100_000_000 % 10 + " s";
        }
        return nanos >= 1_000_000 ? nanos / 1_000_000 + " ms" : nanos / 1_000 + " µs";
    }
}
