package ferrite.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.classfile.ClassModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Who names whom in byte code, against [WhoSeesWhom]. Maven and `module-info` say the same earlier; this is what
/// catches a package that those two do not tell apart.
class DependencyTest {
    /// A sealed type lists in its class file who may extend it. These arrows call nothing.
    private static final Map<String, Set<String>> PERMITS = Map.of(
            "ferrite.spi.plugin.PluginProvider",
            Set.of("ferrite.spi.driver.DriverProvider", "ferrite.spi.device.DeviceProvider"));

    static Stream<String> folders() {
        return ReactorJars.productFolders().stream();
    }

    @ParameterizedTest
    @MethodSource("folders")
    void codeNamesOnlyWhatTheTableAllows(String folder) {
        List<String> violations = new ArrayList<>();
        for (ClassModel type : ReactorJars.of(folder).classes()) {
            String name = ClassReferences.name(type);
            List<String> allowed =
                    WhoSeesWhom.allowed(ClassReferences.packageOf(name)).orElse(List.of());
            ClassReferences.classes(type).stream()
                    .filter(target -> !isInSamePackage(name, target))
                    .filter(target -> !WhoSeesWhom.covers(allowed, ClassReferences.packageOf(target)))
                    .forEach(target -> violations.add(name + " → " + target));
        }
        assertThat(violations)
                .as("%s names what it may not see: turn the arrow round, or argue for a line in WhoSeesWhom", folder)
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("folders")
    void everyPackageHasALineInTheTable(String folder) {
        assertThat(ReactorJars.of(folder).packages().keySet())
                .as("packages of %s that WhoSeesWhom does not know: say there what they may see", folder)
                .allMatch(name -> WhoSeesWhom.allowed(name).isPresent());
    }

    @ParameterizedTest
    @MethodSource("folders")
    void packagesFormNoCycle(String folder) {
        assertThat(new PackageGraph(ReactorJars.of(folder), PERMITS).cycles())
                .as("cycles between packages of %s: move what both need into the lower one", folder)
                .isEmpty();
    }

    private static boolean isInSamePackage(String name, String other) {
        return ClassReferences.packageOf(name).equals(ClassReferences.packageOf(other));
    }
}
