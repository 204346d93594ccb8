package ferrite.runtime.scheme;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/// The clocks of `time:` and `itimer:`, with Redox's numbers.
enum Clock {
    /// 1: time of day.
    REALTIME,
    /// 4: never goes back.
    MONOTONIC;

    /// @param path `1` or `4`
    /// @throws SchemeException ENOENT
    static Clock of(String scheme, String path) {
        return switch (path) {
            case "1" -> REALTIME;
            case "4" -> MONOTONIC;
            default ->
                throw new SchemeException(
                        Errno.ENOENT, scheme + ":" + path + "; there are " + scheme + ":1 and " + scheme + ":4");
        };
    }

    /// Nanoseconds.
    long now() {
        if (this == MONOTONIC) {
            return System.nanoTime();
        }
        Instant instant = Instant.now();
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }
}
