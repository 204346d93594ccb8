package ferrite.runtime.boot;

import com.google.inject.Injector;
import ferrite.runtime.Kernel;
import ferrite.runtime.KernelParameters;
import ferrite.runtime.plugin.DeployFolder;
import ferrite.runtime.plugin.Deployment;
import ferrite.runtime.plugin.PluginConnector;
import ferrite.runtime.plugin.PluginExtender;
import ferrite.runtime.plugin.PluginFolder;
import ferrite.runtime.plugin.PluginJarException;
import ferrite.runtime.plugin.PluginLayers;
import ferrite.runtime.plugin.Reason;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/// Everything of one start of the program, in the order in which it comes up; closed in the opposite order.
final class RunningMachine implements AutoCloseable {
    /// How long a machine may take to settle before a warning.
    static final Duration SETTLE_LIMIT = Duration.ofSeconds(30);

    private static final Logger LOG = System.getLogger(RunningMachine.class.getName());

    private final Deque<Runnable> closing = new ArrayDeque<>();
    private final MachineFile file;
    private final Kernel kernel;
    private final FelixFramework felix;
    private final Injector injector;

    private RunningMachine(Installation installation, MachineOptions options) {
        try {
            DataFolder data = DataFolder.lock(options.common().data(installation));
            closing.push(data::close);
            file = MachineFile.read(options.machine(installation), options.disk(data));
            kernel = Kernel.boot(KernelParameters.DEFAULT.withMemory(options.memory()));
            closing.push(kernel::close);
            PluginConnector connector =
                    new PluginConnector(PluginLayers.overThisRuntime(), new PluginFolder(data.plugins()));
            felix = FelixFramework.start(installation, data, connector);
            closing.push(felix::close);
            ConfigurationFolder configuration = new ConfigurationFolder(installation.configuration());
            injector = RuntimeModule.compose(kernel, felix.context(), connector, configuration);
            install(installation);
            Machine machine = injector.getInstance(Machine.class);
            closing.push(machine::stop);
            felix.onStopping(machine::stop);
            machine.start(file, configuration);
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    /// Starts a machine.
    ///
    /// @throws BootException if it cannot be started; nothing is left running
    static RunningMachine start(Installation installation, MachineOptions options) {
        return new RunningMachine(installation, options);
    }

    /// Waits until the drivers have found everything; warns if that takes too long.
    ///
    /// @return whether they have
    boolean awaitSettled() {
        boolean settled = injector.getInstance(Machine.class).awaitSettled(SETTLE_LIMIT);
        if (!settled) {
            LOG.log(Level.WARNING, "not settled after {0} s; \"plugins\" shows who is busy", SETTLE_LIMIT.toSeconds());
        }
        return settled;
    }

    MachineFile file() {
        return file;
    }

    Kernel kernel() {
        return kernel;
    }

    FelixFramework felix() {
        return felix;
    }

    /// A part of the host.
    <T> T part(Class<T> type) {
        return injector.getInstance(type);
    }

    @Override
    public void close() {
        while (!closing.isEmpty()) {
            Runnable next = closing.pop();
            try {
                next.run();
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "while stopping: {0}", Reason.of(e));
            }
        }
    }

    private void install(Installation installation) {
        injector.getInstance(PluginExtender.class).open();
        Deployment deployment = injector.getInstance(Deployment.class);
        for (Path jar : installation.plugins()) {
            try {
                deployment.install(jar);
            } catch (PluginJarException e) {
                throw new BootException(Reason.of(e), e);
            }
        }
        injector.getInstance(DeployFolder.class).deployAll(installation.deploy());
    }
}
