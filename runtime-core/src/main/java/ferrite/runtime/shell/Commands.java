package ferrite.runtime.shell;

import ferrite.runtime.Kernel;
import ferrite.runtime.plugin.BundleInterface;
import ferrite.runtime.plugin.Deployment;
import ferrite.runtime.plugin.InstanceStarter;
import ferrite.runtime.plugin.PluginCatalog;
import ferrite.runtime.plugin.PluginHost;
import ferrite.spi.error.SchemeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/// All commands, and how Gogo learns of them: one OSGi service each, in the scope `ferrite`.
public final class Commands {
    /// The scope of the commands in Gogo.
    public static final String SCOPE = "ferrite";

    private static final String FUNCTION = "org.apache.felix.service.command.Function";

    private final List<Command> all = new ArrayList<>();

    /// @param catalog what is installed
    /// @param host what runs
    /// @param starter what waits for a plug-in
    /// @param deployment changes what is installed
    public Commands(
            Kernel kernel, PluginCatalog catalog, PluginHost host, InstanceStarter starter, Deployment deployment) {
        all.add(new ListPci(kernel));
        all.add(new ListUsb(kernel));
        all.add(new ListBlock(kernel));
        all.add(new ListFiles(kernel));
        all.add(new Cat(kernel));
        all.add(new Hexdump(kernel));
        all.add(new Dd(kernel));
        all.add(new Lines(
                "rings", "rings and what is in them", () -> kernel.snapshot().rings()));
        all.add(new Pools(kernel));
        all.add(new Plugins(catalog, host, starter, deployment));
        all.add(new Swap(deployment));
        all.add(new Candidates(kernel));
        all.add(new Help(List.copyOf(all)));
    }

    /// Offers the commands to Gogo.
    ///
    /// @param gogo the resolved bundle of its runtime
    public void register(Bundle gogo, BundleContext framework) {
        BundleInterface function = BundleInterface.of(gogo, FUNCTION);
        for (Command command : all) {
            Map<String, Object> properties =
                    Map.of("osgi.command.scope", SCOPE, "osgi.command.function", command.name());
            // execute(session, arguments)
            Object service = function.implement((_, call) -> run(command, (List<?>) call.get(1)));
            framework.registerService(FUNCTION, service, FrameworkUtil.asDictionary(properties));
        }
    }

    /// Gogo binds the two streams of the program to those of the session, or to a pipe, in the thread that runs a
    /// command; hence `System.out` here.
    private static @Nullable Object run(Command command, List<?> arguments) {
        List<String> texts = arguments.stream().map(String::valueOf).toList();
        try {
            command.run(texts, new Command.Streams(System.out, System.err));
        } catch (CommandException | SchemeException e) {
            throw new CommandException(command.name() + ": " + e.getMessage());
        }
        System.out.flush();
        return null;
    }
}
