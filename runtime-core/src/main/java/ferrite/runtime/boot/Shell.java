package ferrite.runtime.boot;

import ferrite.runtime.plugin.BundleInterface;
import ferrite.runtime.plugin.DeployFolder;
import ferrite.runtime.plugin.Deployment;
import ferrite.runtime.plugin.InstanceStarter;
import ferrite.runtime.plugin.PluginCatalog;
import ferrite.runtime.plugin.PluginHost;
import ferrite.runtime.shell.Commands;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import org.osgi.framework.Bundle;

/// Gogo over a machine: its bundles, our commands in it, and the watched folder, all of which are OSGi's business and
/// started only if somebody types.
final class Shell {
    private static final String GOGO = "org.apache.felix.gogo.runtime";
    private static final String PROCESSOR = "org.apache.felix.service.command.CommandProcessor";
    private static final String SCOPES = Commands.SCOPE + ":gogo:felix:*";

    private final RunningMachine machine;
    private final FelixFramework felix;
    /// Not those of System: Gogo puts its own in their place.
    private final PrintStream out = stream(FileDescriptor.out);

    private final PrintStream err = stream(FileDescriptor.err);

    private Shell(RunningMachine machine) {
        this.machine = machine;
        this.felix = machine.felix();
    }

    /// Starts Gogo's runtime with our commands and those of OSGi.
    static Shell open(RunningMachine machine) {
        Shell shell = new Shell(machine);
        Bundle gogo = machine.felix().install(GOGO);
        new Commands(
                        machine.kernel(),
                        machine.part(PluginCatalog.class),
                        machine.part(PluginHost.class),
                        machine.part(InstanceStarter.class),
                        machine.part(Deployment.class))
                .register(gogo, machine.felix().context());
        machine.felix().start(gogo);
        machine.felix().start(machine.felix().install("org.apache.felix.gogo.command"));
        return shell;
    }

    /// Runs commands without a terminal: results go to standard output, everything else to standard error.
    ///
    /// @return how many failed
    int execute(Iterable<String> commands) {
        int failed = 0;
        Object processor = service(PROCESSOR);
        try (GogoSession session = GogoSession.create(processor, new FileInputStream(FileDescriptor.in), out, err)) {
            session.put("SCOPE", SCOPES);
            for (String command : commands) {
                try {
                    session.execute(command).ifPresent(out::println);
                } catch (InvocationTargetException e) {
                    err.println(GogoSession.message(e));
                    failed++;
                }
                out.flush();
            }
        }
        return failed;
    }

    /// Gives the terminal to the user, until the end of input or `exit`, which stops the framework.
    void interact() throws InterruptedException {
        Bundle jline = felix.install("jline");
        Bundle console = felix.install("org.apache.felix.gogo.jline");
        // JLine looks for its terminals through the loader of the thread that starts it.
        Thread starter = Thread.currentThread();
        ClassLoader before = starter.getContextClassLoader();
        starter.setContextClassLoader(BundleInterface.loader(jline));
        try {
            felix.start(console);
        } finally {
            starter.setContextClassLoader(before);
        }
        felix.awaitStop();
    }

    /// Starts fileinstall on `deploy/`.
    void watchDeployFolder() {
        Bundle fileInstall = felix.install("org.apache.felix.fileinstall");
        machine.part(DeployFolder.class).offerTo(fileInstall, felix.context());
        felix.start(fileInstall);
    }

    private Object service(String name) {
        return felix.context().getService(felix.context().getServiceReference(name));
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
    }
}
