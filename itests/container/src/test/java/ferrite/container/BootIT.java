package ferrite.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.container.machine.Client;
import ferrite.container.machine.ContainerMachine;
import ferrite.container.machine.MadePlugin;
import ferrite.container.machine.MadePlugin.Place;
import ferrite.container.machine.Reactor;
import ferrite.runtime.InstanceState;
import ferrite.runtime.PluginInstance;
import ferrite.runtime.plugin.Deployment;
import ferrite.runtime.plugin.InstancePlan;
import ferrite.runtime.plugin.InstanceStarter;
import ferrite.runtime.plugin.PluginBuild;
import ferrite.runtime.plugin.PluginCatalog;
import ferrite.runtime.plugin.PluginSettings;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;

/// The default machine comes up in a framework, and its plug-ins are modules with walls.
@OnMachine
class BootIT {
    private final ContainerMachine machine = ContainerMachine.current();

    @Test
    void testsRunInABundle() {
        assertThat(FrameworkUtil.getBundle(BootIT.class)).isNotNull();
        assertThat(BootIT.class.getModule().isNamed()).isFalse();
    }

    @Test
    void everyPluginBundleIsActive() {
        assertThat(machine.pluginBundles())
                .hasSize(7)
                .allSatisfy(bundle -> assertThat(bundle.getState()).isEqualTo(Bundle.ACTIVE));
    }

    @Test
    void everyPluginIsANamedModuleOfItsOwnCalledLikeItsBundle() {
        for (PluginBuild build : machine.part(PluginCatalog.class).builds()) {
            Module module = build.provider().getClass().getModule();
            Bundle bundle = machine.part(Deployment.class).bundleOf(build).orElseThrow();
            assertThat(module.getName()).isEqualTo(bundle.getSymbolicName());
            assertThat(module.getLayer().modules()).containsExactly(module);
            assertThat(FrameworkUtil.getBundle(build.provider().getClass())).isEqualTo(bundle);
        }
    }

    @Test
    void classesOfAPluginCannotBeOpenedFromOutside() throws Exception {
        for (PluginBuild build : machine.part(PluginCatalog.class).builds()) {
            Class<?> type = machine.part(Deployment.class)
                    .bundleOf(build)
                    .orElseThrow()
                    .loadClass(build.provider().plugin().getName());
            Constructor<?> constructor = type.getDeclaredConstructors()[0];
            assertThatThrownBy(() -> constructor.setAccessible(true)).isInstanceOf(InaccessibleObjectException.class);
        }
    }

    @Test
    void onlyTheServerOfHostFilesHasNativeAccess() {
        assertThat(machine.part(PluginCatalog.class).builds())
                .filteredOn(build -> build.provider().getClass().getModule().isNativeAccessEnabled())
                .extracting(build -> build.provider().getClass().getModule().getName())
                .containsExactly("ferrite.filed");
    }

    @Test
    void aPluginThatReachesForNativeMemoryDoesNotStart() {
        Path jar = MadePlugin.named("reaching")
                .with(Place.START, "java.lang.foreign.MemorySegment.NULL.reinterpret(1);")
                .jar(Reactor.scratch("BootIT"), "reaching.jar");
        Bundle bundle = machine.part(Deployment.class).install(jar);
        InstancePlan plan = new InstancePlan(
                "reaching", "reaching", machine.part(PluginSettings.class).of("reaching", Map.of()));
        assertThatThrownBy(() -> machine.part(InstanceStarter.class).start(plan))
                .hasMessageContaining("reaching (reaching) did not start")
                .hasRootCauseInstanceOf(IllegalCallerException.class);
        machine.part(Deployment.class).remove(bundle);
    }

    @Test
    void everyInstanceRuns() {
        assertThat(machine.kernel().instances())
                .extracting(PluginInstance::name)
                .containsExactlyInAnyOrder(
                        "filed",
                        "stick0",
                        "xhci0",
                        "bridge0",
                        "pcid",
                        "xhcid@0000:00:04.0",
                        "usbscsid@pci-00.04.00_xhci-port1");
        assertThat(machine.kernel().instances())
                .allSatisfy(instance -> assertThat(instance.state()).isEqualTo(InstanceState.RUNNING));
    }

    @Test
    void theDiskIsServedUnderItsPlace() {
        assertThat(machine.kernel().schemeNames()).contains("disk.pci-00.04.00_xhci-port1_scsi");
    }

    @Test
    void theDiskHoldsWhatTheImageHolds() {
        try (Client client = new Client(machine.kernel(), machine.disk(), 0)) {
            assertThat(client.all()).isEqualTo(machine.image().bytes());
        }
    }

    @Test
    void lspciNamesTheController() {
        assertThat(Client.text(machine.kernel(), "pci:summary"))
                .contains("00:04.0")
                .contains("USB controller");
    }

    @Test
    void lsusbNamesTheStick() {
        assertThat(Client.text(machine.kernel(), "usb.pci-00.04.00_xhci:summary"))
                .contains("ID 1209:0001 Ferrite USB Stick");
    }

    @Test
    void theInfoOfTheDiskTellsItsSize() {
        assertThat(Client.text(machine.kernel(), "disk.pci-00.04.00_xhci-port1_scsi:info"))
                .contains("block_size = 512")
                .contains("blocks = 16384"); // 8 MiB
    }
}
