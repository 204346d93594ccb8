package ferrite.runtime.boot;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// How long this start took, from the start of the process.
final class BootTime {

    /// When the start script began, nanoseconds since 1970.
    private static final String START_PROPERTY = "ferrite.started";

    /// What the start script told the JVM of an AOT cache; empty for nothing.
    private static final String CACHE_PROPERTY = "ferrite.cache";

    private BootTime() {}

    /// `settled after 0.71 s, AOT cache given`.
    static String settled() {
        boolean cached = !System.getProperty(CACHE_PROPERTY, "").isEmpty();
        return String.format(
                Locale.ROOT,
                "settled after %.2f s, %s",
                sinceStart().toMillis() / 1e3,
                cached ? "AOT cache given" : "no AOT cache");
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
