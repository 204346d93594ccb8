package ferrite.runtime.plugin;

import ferrite.runtime.InstanceState;
import ferrite.runtime.PluginException;
import ferrite.runtime.SpawnRequest;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Starts instances as soon as their plug-in is there: what the machine file names, what drivers ask for through
/// `spawn:`, and again what lost its code.
///
/// A wish through `spawn:` ends with the context that wished: whoever drives the device next wishes again, and a child
/// without its parent would begin in a namespace that nobody gave it.
public final class InstanceStarter {
    private static final Logger LOG = System.getLogger(InstanceStarter.class.getName());

    private final PluginCatalog catalog;
    private final PluginHost host;
    private final PluginSettings settings;
    /// By instance name; of two wishes the later counts.
    private final Map<String, InstancePlan> wanted = new LinkedHashMap<>();

    @Inject
    InstanceStarter(PluginCatalog catalog, PluginHost host, PluginSettings settings) {
        this.catalog = catalog;
        this.host = host;
        this.settings = settings;
        catalog.onAdded(this::startWaiting);
    }

    /// A driver found a device. If no plug-in has that name yet, the wish is kept. Called on the reactor's thread.
    ///
    /// @throws SchemeException EEXIST if the instance is there already
    public void spawn(SpawnRequest request) {
        InstancePlan plan = new InstancePlan(
                request.plugin(),
                request.instance(),
                Optional.empty(),
                settings.of(request.plugin(), request.settings()),
                request.parentContextId());
        boolean taken = host.instances().stream()
                .anyMatch(each -> each.plan().instance().equals(request.instance())
                        && each.instance().state() != InstanceState.FAILED);
        if (taken) {
            host.adopt(plan);
            throw new SchemeException(Errno.EEXIST, "instance " + request.instance() + " of " + request.plugin());
        }
        if (!start(plan)) {
            LOG.log(
                    Level.WARNING,
                    "{0} wants a {1}, but no such plug-in is installed; drop its jar into deploy/",
                    request.parentName(),
                    request.plugin());
            want(List.of(plan));
        }
    }

    /// Starts an instance now.
    ///
    /// @return false if there is no such plug-in
    /// @throws PluginException if it fails
    public boolean start(InstancePlan plan) {
        return catalog.newest(plan.plugin())
                .map(build -> host.launch(build, plan))
                .isPresent();
    }

    /// Keeps wishes until their plug-ins come.
    void want(Collection<InstancePlan> plans) {
        synchronized (wanted) {
            plans.forEach(plan -> wanted.put(plan.instance(), plan));
        }
    }

    /// Wishes that wait for a plug-in.
    public List<InstancePlan> waiting() {
        synchronized (wanted) {
            wanted.values().removeIf(plan -> !host.hasParent(plan));
            return List.copyOf(wanted.values());
        }
    }

    private void startWaiting(PluginBuild build) {
        List<InstancePlan> now = new ArrayList<>();
        synchronized (wanted) {
            wanted.values().removeIf(plan -> plan.plugin().equals(build.plugin()) && now.add(plan));
        }
        for (InstancePlan plan : now) {
            if (!host.hasParent(plan)) {
                LOG.log(Level.INFO, "{0} is not started: who wished for it has ended", plan.instance());
                continue;
            }
            try {
                host.launch(build, plan);
                LOG.log(Level.INFO, "{0} started", plan.instance());
            } catch (PluginException e) {
                LOG.log(Level.WARNING, e.getMessage());
                want(List.of(plan));
            }
        }
    }
}
