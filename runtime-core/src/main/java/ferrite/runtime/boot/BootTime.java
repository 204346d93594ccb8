package ferrite.runtime.boot;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// How long this start took, from the start of the process.
final class BootTime {

    /// When the start script began, nanoseconds since 1970.
    private static final String START_PROPERTY = "ferrite.started";

    private BootTime() {}

    /// `settled after 0.71 s`.
    static String settled() {
        return text(sinceStart());
    }

    static String text(Duration time) {
        return String.format(Locale.ROOT, "settled after %.2f s", time.toMillis() / 1e3);
    }

    /// Time since the start script began; without it, since the operating system started this process, which Java knows
    /// only to about a second.
    static Duration sinceStart() {
        Optional<Instant> start = Optional.ofNullable(System.getProperty(START_PROPERTY))
                .filter(text -> text.matches("[0-9]{19}"))
                .map(text -> Instant.EPOCH.plusNanos(Long.parseLong(text)));
        return start.or(() -> ProcessHandle.current().info().startInstant())
                .map(from -> Duration.between(from, Instant.now()))
                .orElse(Duration.ZERO);
    }
}
