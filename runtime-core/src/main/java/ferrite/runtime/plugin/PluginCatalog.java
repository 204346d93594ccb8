package ferrite.runtime.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The plug-ins that are there now, by name. Several versions of one may be; the newest makes new instances, and of
/// equal versions the one that came last. Safe from several threads.
public final class PluginCatalog {
    private final List<PluginBuild> builds = new ArrayList<>();
    private final List<Consumer<PluginBuild>> listeners = new CopyOnWriteArrayList<>();

    /// Adds a build and tells the listeners, on this thread.
    public void add(PluginBuild build) {
        synchronized (builds) {
            builds.add(build);
        }
        listeners.forEach(listener -> listener.accept(build));
    }

    /// Removes a build. Its instances are the business of [PluginHost].
    public void remove(PluginBuild build) {
        synchronized (builds) {
            builds.remove(build);
        }
    }

    /// What makes new instances of this plug-in.
    public Optional<PluginBuild> newest(String plugin) {
        // max() would keep the first of equals.
        return builds(plugin).reduce((one, two) -> PluginBuild.BY_VERSION.compare(one, two) > 0 ? one : two);
    }

    /// Every build of this plug-in, in the order in which they came.
    public Stream<PluginBuild> builds(String plugin) {
        return builds().stream().filter(build -> build.plugin().equals(plugin));
    }

    /// Everything, in the order in which it came.
    public List<PluginBuild> builds() {
        synchronized (builds) {
            return List.copyOf(builds);
        }
    }

    /// The names, sorted.
    public List<String> names() {
        return builds().stream().map(PluginBuild::plugin).distinct().sorted().toList();
    }

    /// Tells about every build that is added from now on.
    public void onAdded(Consumer<PluginBuild> listener) {
        listeners.add(listener);
    }
}
