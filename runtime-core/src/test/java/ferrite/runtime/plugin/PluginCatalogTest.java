package ferrite.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.driver.Driver;
import ferrite.spi.driver.DriverProvider;
import ferrite.spi.plugin.Layer;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PluginCatalogTest {
    private final PluginCatalog catalog = new PluginCatalog();

    @Test
    void higherVersionWins() {
        catalog.add(build("1.10.0"));
        catalog.add(build("1.9.0"));

        assertThat(catalog.newest("demo")).map(PluginBuild::version).contains("1.10.0");
    }

    @Test
    void laterOfEqualVersionsWins() {
        PluginBuild second = build("1.0.0");
        catalog.add(build("1.0.0"));
        catalog.add(second);

        assertThat(catalog.newest("demo")).contains(second);
    }

    @Test
    void removedBuildMakesPlaceForTheOlderOne() {
        PluginBuild newer = build("2.0.0");
        catalog.add(build("1.0.0"));
        catalog.add(newer);
        catalog.remove(newer);

        assertThat(catalog.newest("demo")).map(PluginBuild::version).contains("1.0.0");
    }

    @Test
    void unknownNameHasNoBuild() {
        catalog.add(build("1.0.0"));

        assertThat(catalog.newest("dem")).isEmpty();
    }

    private static PluginBuild build(String version) {
        PluginJar jar = new PluginJar(
                Path.of("demo.jar"), ModuleDescriptor.newModule("demo.plugin").build(), Map.of());
        return new PluginBuild(
                new Demo(), version, PluginLayers.overThisRuntime().add(jar));
    }

    private static final class Demo implements DriverProvider {
        @Override
        public String name() {
            return "demo";
        }

        @Override
        public Layer layer() {
            return Layer.CLASS_DRIVER;
        }

        @Override
        public Class<? extends Driver> plugin() {
            return Driver.class;
        }
    }
}
