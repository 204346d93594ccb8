package ferrite.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.container.machine.ContainerMachine;
import ferrite.container.machine.LogRecords;
import ferrite.container.machine.MadePlugin;
import ferrite.container.machine.MadePlugin.Place;
import ferrite.container.machine.Reactor;
import ferrite.container.machine.Readers;
import ferrite.runtime.InstanceState;
import ferrite.runtime.PluginException;
import ferrite.runtime.PluginInstance;
import ferrite.runtime.plugin.DeployFolder;
import ferrite.runtime.plugin.Deployment;
import ferrite.runtime.plugin.InstancePlan;
import ferrite.runtime.plugin.InstanceStarter;
import ferrite.runtime.plugin.PluginBuild;
import ferrite.runtime.plugin.PluginHost;
import ferrite.runtime.plugin.PluginJarException;
import ferrite.runtime.plugin.PluginSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;

/// A broken bundle gets one clear error, and nothing else stops.
@OnMachine
class BrokenBundleIT {
    private static final String THROW = "if (true) throw new IllegalStateException(\"made to fail\");";

    private final ContainerMachine machine = ContainerMachine.current();
    private final Deployment deployment = machine.part(Deployment.class);
    private final Path folder = Reactor.scratch("BrokenBundleIT");

    @Test
    void aTruncatedJarIsNamed() throws InterruptedException {
        Path jar = MadePlugin.truncated(Reactor.plugin("xhcid"), folder.resolve("half.jar"));
        assertRefused(jar, "half.jar", "cannot be read as a jar");
    }

    @Test
    void aJarWithoutModuleInfoIsNamed() throws InterruptedException {
        Path jar = MadePlugin.named("plain").jarWithoutModule(folder, "plain.jar");
        assertRefused(jar, "plain.jar", "has no module-info.class");
    }

    @Test
    void aModuleThatProvidesNothingIsNamed() throws InterruptedException {
        Path jar = MadePlugin.named("nothing").providingNothing().jar(folder, "nothing.jar");
        assertRefused(jar, "nothing.jar", "module made.nothing provides no plug-in");
    }

    @Test
    void aModuleThatRequiresAnAbsentOneIsNamed() throws InterruptedException {
        Path jar = MadePlugin.named("lonely").requiring("made.absent").jar(folder, "lonely.jar");
        assertRefused(jar, "lonely.jar", "module made.lonely requires module made.absent");
    }

    @Test
    void aProviderWhoseConstructorThrowsIsNamed() throws InterruptedException {
        Path jar = MadePlugin.named("grumpy").with(Place.PROVIDER, THROW).jar(folder, "grumpy.jar");
        assertRefused(jar, "grumpy.jar", "made to fail");
    }

    @Test
    void allOfThemInTheDeployFolderAreOneWarningEach() {
        Path deploy = folder.resolve("deploy");
        MadePlugin.named("nothing").providingNothing().jar(deploy, "nothing.jar");
        MadePlugin.named("grumpy").with(Place.PROVIDER, THROW).jar(deploy, "grumpy.jar");
        MadePlugin.named("plain").jarWithoutModule(deploy, "plain.jar");
        MadePlugin.truncated(Reactor.plugin("xhcid"), deploy.resolve("half.jar"));
        try (LogRecords log = new LogRecords()) {
            machine.part(DeployFolder.class).deployAll(deploy);
            for (String name : List.of("nothing.jar", "grumpy.jar", "plain.jar", "half.jar")) {
                assertThat(log.messages())
                        .filteredOn(message -> message.contains(name))
                        .hasSize(1);
            }
            assertThat(log.messages()).hasSize(4);
        }
    }

    @Test
    void aDriverWhoseConstructorThrowsDoesNotStart() throws InterruptedException {
        assertDoesNotStart("made-constructor", Place.CONSTRUCTOR);
    }

    @Test
    void aDriverWhoseStartThrowsDoesNotStart() throws InterruptedException {
        assertDoesNotStart("made-start", Place.START);
    }

    @Test
    void aDriverWhoseFirstPollThrowsIsTakenOut() throws InterruptedException {
        Bundle bundle = deployment.install(
                MadePlugin.named("made-poll").with(Place.POLL, THROW).jar(folder, "made-poll.jar"));
        readsGoOnDuring(() -> {
            machine.part(InstanceStarter.class).start(plan("made-poll", "made-poll"));
            assertThat(machine.isFailed("made-poll")).isTrue();
        });
        PluginInstance instance = machine.instance("made-poll");
        assertThat(instance.failure()).hasValueSatisfying(why -> assertThat(why).contains("made to fail"));
        deployment.remove(bundle);
    }

    @Test
    void aSuccessorWhoseConstructorThrowsIsRefused() throws InterruptedException {
        assertSuccessorIsRefused(Place.CONSTRUCTOR);
    }

    @Test
    void aSuccessorThatCannotRestoreIsRefused() throws InterruptedException {
        assertSuccessorIsRefused(Place.RESTORE);
    }

    @Test
    void aSuccessorWhoseFirstPollThrowsIsRefused() throws InterruptedException {
        assertSuccessorIsRefused(Place.POLL);
    }

    @Test
    void aSuccessorThatGetsHostileStateIsRefused() throws InterruptedException {
        for (String plugin : List.of("usbscsid", "xhcid", "pcid")) {
            PluginBuild real = machine.build(plugin);
            Bundle hostile = deployment.install(MadePlugin.named(plugin)
                    .with(Place.SAVE, "if (true) return new PluginState(1, new byte[] {-1, -1, -1, -1, 127, -1});")
                    .jar(folder, "hostile-" + plugin + ".jar"));
            PluginBuild incumbent = machine.build(plugin);
            InstancePlan plan = plan(plugin, "hostile-" + plugin);
            machine.part(InstanceStarter.class).start(plan);
            assertFailsWhileReadsGoOn(
                    () -> machine.part(PluginHost.class).swap(incumbent, real),
                    "hostile-" + plugin + " was not swapped: ",
                    "the incumbent runs on");
            assertThat(machine.kernel().instance(plan.instance()).orElseThrow().state())
                    .isEqualTo(InstanceState.RUNNING);
            deployment.remove(hostile);
        }
    }

    private void assertRefused(Path jar, String... messages) throws InterruptedException {
        Set<Long> before = bundles();
        assertFailsWhileReadsGoOn(() -> deployment.deploy(jar), messages);
        assertThat(bundles()).isEqualTo(before);
    }

    private void assertDoesNotStart(String plugin, Place place) throws InterruptedException {
        Bundle bundle =
                deployment.install(MadePlugin.named(plugin).with(place, THROW).jar(folder, plugin + ".jar"));
        assertFailsWhileReadsGoOn(
                () -> machine.part(InstanceStarter.class).start(plan(plugin, plugin)), plugin + " (", "made to fail");
        assertThat(machine.kernel().instances()).noneMatch(each -> each.plugin().equals(plugin));
        deployment.remove(bundle);
    }

    private void assertSuccessorIsRefused(Place place) throws InterruptedException {
        Path jar = MadePlugin.named("usbscsid").with(place, THROW).jar(folder, "successor.jar");
        Set<Long> before = bundles();
        assertFailsWhileReadsGoOn(
                () -> deployment.swap("usbscsid", jar),
                "usbscsid@pci-00.04.00_xhci-port1 was not swapped",
                "made to fail",
                "the incumbent runs on");
        assertThat(bundles()).isEqualTo(before);
        assertThat(machine.instance("usbscsid").state()).isEqualTo(InstanceState.RUNNING);
    }

    private void assertFailsWhileReadsGoOn(ThrowingCallable action, String... messages) throws InterruptedException {
        readsGoOnDuring(() -> assertThatThrownBy(action)
                .isInstanceOfAny(PluginException.class, PluginJarException.class)
                .satisfies(thrown ->
                        assertThat(thrown.getMessage()).contains(messages).doesNotContain("\n")));
    }

    private void readsGoOnDuring(Runnable action) throws InterruptedException {
        Readers readers = machine.readers();
        try (readers) {
            readers.awaitMore(50);
            action.run();
            readers.awaitMore(50);
        }
        assertThat(readers.problems()).isEmpty();
    }

    private InstancePlan plan(String plugin, String instance) {
        return new InstancePlan(
                plugin, instance, machine.part(PluginSettings.class).of(plugin, Map.of()));
    }

    private Set<Long> bundles() {
        return List.of(machine.framework().getBundles()).stream()
                .map(Bundle::getBundleId)
                .collect(Collectors.toSet());
    }
}
