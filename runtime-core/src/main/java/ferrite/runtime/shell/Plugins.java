package ferrite.runtime.shell;

import ferrite.runtime.plugin.Deployment;
import ferrite.runtime.plugin.InstanceStarter;
import ferrite.runtime.plugin.PluginBuild;
import ferrite.runtime.plugin.PluginCatalog;
import ferrite.runtime.plugin.PluginHost;
import ferrite.runtime.plugin.PluginHost.Hosted;
import java.util.List;

/// `plugins`: what is installed and what runs.
final class Plugins implements Command {
    private final PluginCatalog catalog;
    private final PluginHost host;
    private final InstanceStarter starter;
    private final Deployment deployment;

    Plugins(PluginCatalog catalog, PluginHost host, InstanceStarter starter, Deployment deployment) {
        this.catalog = catalog;
        this.host = host;
        this.starter = starter;
        this.deployment = deployment;
    }

    @Override
    public String name() {
        return "plugins";
    }

    @Override
    public String usage() {
        return "plugins";
    }

    @Override
    public String summary() {
        return "installed plug-ins and their instances";
    }

    @Override
    public void run(List<String> arguments, Streams streams) {
        Arguments.none(this, arguments);
        Table table = new Table("PLUGIN", "VERSION", "BUNDLE", "LAYER", "INSTANCE", "STATE");
        for (PluginBuild build : catalog.builds()) {
            String bundle = deployment
                    .bundleOf(build)
                    .map(b -> Long.toString(b.getBundleId()))
                    .orElse("-");
            String layer = build.provider().layer().name();
            List<Hosted> instances = host.instancesOf(build);
            if (instances.isEmpty()) {
                table.row(build.plugin(), build.version(), bundle, layer, "-", "-");
            }
            for (Hosted each : instances) {
                String why = each.instance().failure().map(text -> ": " + text).orElse("");
                String state = each.instance().state() + why;
                table.row(
                        build.plugin(),
                        build.version(),
                        bundle,
                        layer,
                        each.plan().instance(),
                        state);
            }
        }
        starter.waiting()
                .forEach(plan -> table.row(plan.plugin(), "-", "-", "-", plan.instance(), "waits for its plug-in"));
        table.print(streams.out());
    }
}
