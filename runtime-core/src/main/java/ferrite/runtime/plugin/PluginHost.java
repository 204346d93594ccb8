package ferrite.runtime.plugin;

import ferrite.runtime.InstanceState;
import ferrite.runtime.Kernel;
import ferrite.runtime.LaunchSpec;
import ferrite.runtime.PluginFactory;
import ferrite.runtime.PluginInstance;
import ferrite.runtime.SwapReport;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The running instances, each with the build that its code comes from and what it was started with.
///
/// Knows nothing of OSGi: the same class serves under the extender and in [PluginPath]. Safe from several threads; no
/// lock is held while the kernel works.
public final class PluginHost {
    /// How long a swap waits for requests in work to end.
    public static final Duration DRAIN_LIMIT = Duration.ofSeconds(2);

    private static final Logger LOG = System.getLogger(PluginHost.class.getName());

    private final Kernel kernel;
    private final Map<String, Hosted> hosted = new ConcurrentHashMap<>();

    /// One instance.
    ///
    /// @param instance the kernel's view of it
    /// @param build where its code comes from
    /// @param plan what it was started with
    public record Hosted(PluginInstance instance, PluginBuild build, InstancePlan plan) {
        private PluginFactory factory(PluginBuild other) {
            return InstanceInjector.factory(other, plan.settings());
        }
    }

    @Inject
    PluginHost(Kernel kernel) {
        this.kernel = kernel;
    }

    /// Starts an instance. One of that name that has failed makes place for it.
    ///
    /// @throws ferrite.runtime.PluginException if the name is taken, the parent has ended, or the plug-in's constructor
    ///         or start fails; nothing is left behind
    public PluginInstance launch(PluginBuild build, InstancePlan plan) {
        LaunchSpec spec = new LaunchSpec(
                plan.plugin(), plan.instance(), build.provider().layer(), plan.busAddress(), plan.parent(), null);
        PluginInstance instance = kernel.launch(spec, InstanceInjector.factory(build, plan.settings()));
        hosted.put(plan.instance(), new Hosted(instance, build, plan));
        return instance;
    }

    /// Whether the context that wished for it lives, or none did.
    boolean hasParent(InstancePlan plan) {
        return plan.parent() == 0 || kernel.hasContext(plan.parent());
    }

    /// Another context wishes for an instance that runs. If the one that wished before has ended, the instance will be
    /// started again as the child of this one.
    void adopt(InstancePlan plan) {
        hosted.computeIfPresent(
                plan.instance(),
                (_, each) -> hasParent(each.plan) ? each : new Hosted(each.instance, each.build, plan));
    }

    /// The instances, lowest layer first.
    public List<Hosted> instances() {
        return hosted.values().stream()
                .sorted(Comparator.comparing(
                                (Hosted each) -> each.build.provider().layer())
                        .thenComparing(each -> each.plan.instance()))
                .toList();
    }

    /// The instances of one build.
    public List<Hosted> instancesOf(PluginBuild build) {
        return instances().stream().filter(each -> each.build.equals(build)).toList();
    }

    /// Puts the code of one build in the place of another's, instance by instance. If one refuses, those that were
    /// swapped already go back.
    ///
    /// @throws ferrite.runtime.PluginException as the instance that refused; every instance runs the old code then
    public List<SwapReport> swap(PluginBuild incumbent, PluginBuild successor) {
        forgetOrphans(incumbent);
        List<Hosted> done = new ArrayList<>();
        List<SwapReport> reports = new ArrayList<>();
        // A driver below may start another instance of the incumbent meanwhile, hence not one pass over a list.
        Optional<Hosted> next = firstOf(incumbent);
        while (next.isPresent()) {
            try {
                reports.add(swap(next.get(), successor));
            } catch (RuntimeException refused) {
                rollBack(done, successor);
                throw refused;
            }
            done.add(next.get());
            next = firstOf(incumbent);
        }
        return reports;
    }

    /// Takes the code out of all instances of a build; their contexts, rings and requests stay and wait.
    void suspend(PluginBuild build) {
        for (Hosted each : instancesOf(build)) {
            try {
                each.instance.suspend(DRAIN_LIMIT);
                LOG.log(Level.INFO, "{0} waits for new code", each.plan.instance());
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "{0} cannot be suspended: {1}", each.plan.instance(), e.getMessage());
            }
        }
    }

    /// Gives waiting instances of a plug-in new code.
    void resume(PluginBuild successor) {
        for (Hosted each : instances()) {
            if (each.instance.state() == InstanceState.SUSPENDED
                    && each.plan.plugin().equals(successor.plugin())) {
                try {
                    each.instance.resume(each.factory(successor));
                    hosted.put(each.plan.instance(), new Hosted(each.instance, successor, each.plan));
                    LOG.log(Level.INFO, "{0} runs {1}", each.plan.instance(), successor);
                } catch (RuntimeException e) {
                    LOG.log(Level.WARNING, "{0} cannot resume: {1}", each.plan.instance(), e.getMessage());
                }
            }
        }
    }

    /// Ends all instances of a build: their clients get ENODEV.
    ///
    /// @return what would start them again
    List<InstancePlan> stop(PluginBuild build) {
        return stop(instancesOf(build));
    }

    /// Ends everything, highest layer first.
    public void stopAll() {
        stop(instances().reversed());
    }

    private List<InstancePlan> stop(List<Hosted> instances) {
        for (Hosted each : instances) {
            hosted.remove(each.plan.instance());
            try {
                kernel.stop(each.instance);
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "{0} did not stop in order: {1}", each.plan.instance(), e.getMessage());
            }
        }
        return instances.stream().map(Hosted::plan).toList();
    }

    /// Those that have failed and whose parents have ended will not start again.
    private void forgetOrphans(PluginBuild build) {
        stop(instancesOf(build).stream()
                .filter(each -> each.instance.state() == InstanceState.FAILED && !hasParent(each.plan))
                .toList());
    }

    private Optional<Hosted> firstOf(PluginBuild build) {
        return instancesOf(build).stream().findFirst();
    }

    private SwapReport swap(Hosted each, PluginBuild successor) {
        if (each.instance.state() == InstanceState.FAILED) {
            launch(successor, each.plan);
            return new SwapReport(each.plan.instance(), Duration.ZERO, Duration.ZERO, 0, 0);
        }
        SwapReport report = each.instance.swap(each.factory(successor), DRAIN_LIMIT);
        hosted.put(each.plan.instance(), new Hosted(each.instance, successor, each.plan));
        return report;
    }

    private void rollBack(List<Hosted> done, PluginBuild successor) {
        for (Hosted each : done.reversed()) {
            try {
                swap(new Hosted(each.instance, successor, each.plan), each.build);
            } catch (RuntimeException e) {
                LOG.log(
                        Level.ERROR,
                        "{0} cannot go back to {1}: {2}",
                        each.plan.instance(),
                        each.build,
                        e.getMessage());
            }
        }
    }
}
