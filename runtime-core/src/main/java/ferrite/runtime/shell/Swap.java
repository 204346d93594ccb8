package ferrite.runtime.shell;

import ferrite.runtime.PluginException;
import ferrite.runtime.SwapReport;
import ferrite.runtime.plugin.Deployment;
import ferrite.runtime.plugin.PluginJarException;
import ferrite.runtime.plugin.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// `swap`: another build of a plug-in, while its clients go on.
final class Swap implements Command {
    private final Deployment deployment;

    Swap(Deployment deployment) {
        this.deployment = deployment;
    }

    @Override
    public String name() {
        return "swap";
    }

    @Override
    public String usage() {
        return "swap NAME JAR";
    }

    @Override
    public String summary() {
        return "puts another build of a plug-in in its place while clients go on";
    }

    @Override
    public void run(List<String> arguments, Streams streams) {
        if (arguments.size() != 2) {
            throw Arguments.wrong(this, arguments);
        }
        Path jar = Path.of(arguments.get(1));
        if (!Files.isRegularFile(jar)) {
            throw new CommandException(jar + ": no such file on the host");
        }
        try {
            List<SwapReport> reports = deployment.swap(arguments.getFirst(), jar);
            if (reports.isEmpty()) {
                streams.out().println(arguments.getFirst() + ": swapped, no instance runs");
            }
            reports.forEach(report -> streams.out().println(line(report)));
        } catch (PluginJarException | PluginException e) {
            throw new CommandException(Reason.of(e));
        }
    }

    private static String line(SwapReport report) {
        return String.format(
                Locale.ROOT,
                "%s: swapped, pause %.1f ms (drain %.1f ms), %d requests waited, %d bytes of state",
                report.instance(),
                millis(report.pause()),
                millis(report.drain()),
                report.heldRequests(),
                report.stateBytes());
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }
}
