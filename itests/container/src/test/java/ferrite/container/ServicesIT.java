package ferrite.container;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.container.machine.ContainerMachine;
import ferrite.container.machine.WiringTable;
import ferrite.runtime.PluginInstance;
import ferrite.spi.device.DeviceProvider;
import ferrite.spi.driver.DriverProvider;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/// Plug-ins find each other through rings, never through the service registry.
@OnMachine
class ServicesIT {
    /// The end of a line of the snapshot: `xhcid@0000:00:04.0#5/2 → hw.bridge0:`.
    private static final Pattern RING = Pattern.compile("(?<from>[^ #]+)(#\\S+)? → (?<to>\\S+)$");

    private final ContainerMachine machine = ContainerMachine.current();

    @Test
    void theOnlyServicesOfPluginsAreTheirProviders() {
        for (Bundle bundle : machine.pluginBundles()) {
            ServiceReference<?>[] registered = bundle.getRegisteredServices();
            assertThat(registered).as("services of %s", bundle).hasSize(1);
            assertThat(types(registered[0]))
                    .hasSize(1)
                    .isSubsetOf(DriverProvider.class.getName(), DeviceProvider.class.getName());
        }
    }

    @Test
    void nobodyElseRegistersServicesOfFerrite() throws InvalidSyntaxException {
        Set<Bundle> plugins = Set.copyOf(machine.pluginBundles());
        assertThat(machine.framework().getAllServiceReferences(null, null))
                .filteredOn(reference -> types(reference).stream().anyMatch(type -> type.startsWith("ferrite.")))
                .extracting(ServiceReference::getBundle)
                .hasSize(7)
                .allMatch(plugins::contains);
    }

    @Test
    void noPluginUsesAService() {
        assertThat(machine.pluginBundles()).extracting(Bundle::getServicesInUse).containsOnlyNulls();
    }

    @Test
    void noServiceOfAPluginIsUsedByAnotherBundle() {
        for (Bundle bundle : machine.pluginBundles()) {
            assertThat(bundle.getRegisteredServices())
                    .extracting(ServiceReference::getUsingBundles)
                    .containsOnlyNulls();
        }
    }

    @Test
    void everyRingBetweenPluginsIsInTheWiringTable() {
        assertThat(rings("UserToUser"))
                .isNotEmpty()
                .isSubsetOf(WiringTable.read().connections());
    }

    @Test
    void everyConnectionOfTheWiringTableIsARingButOneThatIsAFile() {
        Set<String> withoutRing = new HashSet<>(WiringTable.read().connections());
        withoutRing.removeAll(rings("UserToUser"));
        // xhcid opens its function by path, over its ring to the kernel and the kernel's to pcid.
        assertThat(withoutRing).containsExactly("xhcid → pci:");
    }

    @Test
    void everyPluginHasOneRingToTheKernelAndTheKernelOneToEveryScheme() {
        WiringTable table = WiringTable.read();
        assertThat(rings("UserToKernel"))
                .containsExactlyInAnyOrderElementsOf(table.plugins().stream()
                        .map(plugin -> plugin + " → kernel")
                        .toList());
        assertThat(rings("KernelToUser"))
                .containsExactlyInAnyOrderElementsOf(table.schemes().stream()
                        .map(scheme -> "kernel → " + scheme)
                        .toList());
    }

    /// The rings of one kind, as `xhcid → hw.bridge0:`; instances by the name of their plug-in.
    private List<String> rings(String kind) {
        return machine.kernel().snapshot().rings().stream()
                .filter(line -> line.startsWith(kind + ' '))
                .map(RING::matcher)
                .filter(Matcher::find)
                .map(ring -> plugin(ring.group("from")) + " → " + ring.group("to"))
                .toList();
    }

    private String plugin(String instance) {
        return machine.kernel().instance(instance).map(PluginInstance::plugin).orElse(instance);
    }

    private static List<String> types(ServiceReference<?> reference) {
        return Arrays.asList((String[]) reference.getProperty(Constants.OBJECTCLASS));
    }
}
