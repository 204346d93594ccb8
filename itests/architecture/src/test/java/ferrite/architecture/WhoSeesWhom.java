package ferrite.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The table: which packages the code of a package may name. A new arrow begins with a line here, in review.
///
/// `a.b` is one package, `a.b.*` is it and all below. Everybody may name the JDK's `java.*`, the nullness annotations
/// and its own package; between packages of one module the table counts as well.
final class WhoSeesWhom {
    private static final List<String> EVERYBODY = List.of("java.*", "org.jspecify.annotations");

    private static final String SPI = "ferrite.spi.*";
    private static final String HARDWARE = "ferrite.hw.*";
    private static final String BUFFER = "ferrite.buffer";
    private static final String RAW = "ferrite.buffer.raw";
    private static final String KERNEL = "ferrite.runtime";
    private static final String RING = "ferrite.runtime.ring";
    private static final String SCHEDULE = "ferrite.runtime.schedule";
    private static final String CONTEXT = "ferrite.runtime.context";
    private static final String SCHEME = "ferrite.runtime.scheme";
    private static final String PLUGIN = "ferrite.runtime.plugin";
    private static final String SHELL = "ferrite.runtime.shell";
    private static final String BOOT = "ferrite.runtime.boot";
    private static final String INJECT = "jakarta.inject";
    private static final String GUICE = "com.google.inject.*";
    private static final String OSGI = "org.osgi.framework.*";
    private static final String TRACKER = "org.osgi.util.tracker";
    private static final String TOML = "org.tomlj";
    private static final String PICOCLI = "picocli";

    private static final Map<String, List<String>> TABLE = Map.ofEntries(
            Map.entry(SPI, List.of(SPI)),
            Map.entry(HARDWARE, List.of(HARDWARE)),
            Map.entry(BUFFER, List.of(SPI)),
            // The kernel: no arrow upward, and nothing of OSGi, Guice or files.
            Map.entry(SCHEDULE, List.of()),
            Map.entry(RAW, List.of()),
            Map.entry(RING, List.of(SPI, BUFFER, RAW)),
            Map.entry(CONTEXT, List.of(SPI, BUFFER, RING, SCHEDULE)),
            Map.entry(SCHEME, List.of(SPI, BUFFER, RING, SCHEDULE, CONTEXT)),
            Map.entry(KERNEL, List.of(SPI, BUFFER, RING, SCHEDULE, CONTEXT, SCHEME)),
            // Around the kernel: hosting, commands, start.
            Map.entry(PLUGIN, List.of(SPI, BUFFER, KERNEL, INJECT, GUICE, OSGI, TRACKER)),
            Map.entry(SHELL, List.of(SPI, KERNEL, PLUGIN, OSGI)),
            Map.entry(BOOT, List.of(SPI, KERNEL, PLUGIN, SHELL, INJECT, GUICE, OSGI, TOML, PICOCLI)),
            // For applications: the contracts alone.
            Map.entry("ferrite.client", List.of(SPI)),
            Map.entry("ferrite.client.file", List.of(SPI, "ferrite.client")),
            // Plug-ins: the contracts, and no way to each other or to the kernel.
            Map.entry("ferrite.driver.*", List.of(SPI, HARDWARE, INJECT)),
            Map.entry("ferrite.filed.*", List.of(SPI, INJECT, "ferrite.filed.*")),
            Map.entry("ferrite.app.*", List.of(SPI, HARDWARE, INJECT)),
            Map.entry("ferrite.device.*", List.of(SPI, HARDWARE, INJECT)),
            Map.entry(
                    "ferrite.testkit.*",
                    List.of(
                            SPI,
                            HARDWARE,
                            BUFFER,
                            KERNEL,
                            "ferrite.testkit.*",
                            "org.assertj.*",
                            "org.junit.jupiter.api.*")));

    private WhoSeesWhom() {}

    /// What a package may name beside its own; empty if the table does not know the package.
    static Optional<List<String>> allowed(String packageName) {
        return TABLE.keySet().stream()
                .filter(pattern -> matches(pattern, packageName))
                .findFirst()
                .map(pattern -> {
                    List<String> all = new ArrayList<>(EVERYBODY);
                    all.addAll(TABLE.getOrDefault(pattern, List.of()));
                    return all;
                });
    }

    /// Whether one of the patterns covers the package.
    static boolean covers(List<String> patterns, String packageName) {
        return patterns.stream().anyMatch(pattern -> matches(pattern, packageName));
    }

    private static boolean matches(String pattern, String packageName) {
        if (!pattern.endsWith(".*")) {
            return pattern.equals(packageName);
        }
        String top = pattern.substring(0, pattern.length() - 2);
        return packageName.equals(top) || packageName.startsWith(top + '.');
    }
}
