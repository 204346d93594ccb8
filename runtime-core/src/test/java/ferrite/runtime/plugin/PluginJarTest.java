package ferrite.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ferrite.runtime.plugin.PluginJarException.Problem;
import ferrite.spi.plugin.PluginProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PluginJarTest {
    @TempDir
    private Path folder = Path.of("");

    private PluginJars jars = new PluginJars(folder);

    @BeforeEach
    void useFolder() {
        jars = new PluginJars(folder);
    }

    @Test
    void wholeJarGivesItsProvider() throws IOException {
        assertThat(open(jars.whole()).providers())
                .extracting(PluginProvider::name)
                .containsExactly("demo");
    }

    @Test
    void versionComesFromTheManifest() throws IOException {
        assertThat(PluginJar.read(jars.whole()).version()).isEqualTo("1.2.3");
    }

    @Test
    void everyJarIsANamedModuleInALayerOfItsOwn() throws IOException {
        PluginLayers layers = PluginLayers.overThisRuntime();
        PluginJar jar = PluginJar.read(jars.whole());

        Class<?> first = layers.add(jar).providers().getFirst().getClass();
        Class<?> second = layers.add(jar).providers().getFirst().getClass();

        assertThat(first).isNotEqualTo(second);
        assertThat(first.getModule().getName()).isEqualTo("demo.plugin");
        assertThat(first.getModule().getLayer()).isNotSameAs(second.getModule().getLayer());
    }

    @Test
    void pluginIsOpenToGuiceOnly() throws IOException {
        Module module = open(jars.whole()).providers().getFirst().getClass().getModule();

        assertThat(module.isOpen("demo.plugin", com.google.inject.Injector.class.getModule()))
                .isTrue();
        assertThat(module.isOpen("demo.plugin", PluginJar.class.getModule())).isFalse();
        assertThat(module.isNativeAccessEnabled()).isFalse();
    }

    @Test
    void truncatedJarIsRefused() throws IOException {
        Path whole = jars.whole();
        byte[] bytes = Files.readAllBytes(whole);
        Files.write(whole, Arrays.copyOf(bytes, bytes.length / 2));

        assertProblem(() -> PluginJar.read(whole), Problem.TRUNCATED, "whole.jar", "copy the whole file again");
    }

    @Test
    void jarWithoutModuleInfoIsRefused() throws IOException {
        Path jar = jars.without("module-info.class");

        assertProblem(() -> PluginJar.read(jar), Problem.NO_MODULE_INFO, "module-info.class");
    }

    @Test
    void moduleThatProvidesNothingIsRefused() throws IOException {
        Path jar = jars.providingNothing();

        assertProblem(
                () -> PluginJar.read(jar), Problem.NOTHING_PROVIDED, "provides ferrite.spi.driver.DriverProvider");
    }

    @Test
    void missingProviderClassIsRefused() throws IOException {
        Path jar = jars.without("demo/plugin/Provider.class");

        assertProblem(() -> PluginJar.read(jar), Problem.CLASS_MISSING, "demo.plugin.Provider");
    }

    @Test
    void absentModuleIsNamed() throws IOException {
        PluginLayer layer = open(jars.requiring("nowhere.to.be.found"));

        assertProblem(layer::loader, Problem.MODULE_ABSENT, "requires module nowhere.to.be.found");
    }

    @Test
    void throwingConstructorIsReportedWithItsReason() throws IOException {
        PluginLayer layer = open(jars.throwing("no luck"));

        assertProblem(layer::providers, Problem.PROVIDER_FAILED, "throwing.jar", "no luck");
    }

    @Test
    void copyOutlivesTheOriginal() throws IOException {
        Path original = jars.whole();
        PluginJar copy = new PluginFolder(folder.resolve("copies")).take(original);
        Files.write(original, new byte[] {1, 2, 3});

        assertThat(PluginLayers.overThisRuntime().add(copy).providers()).hasSize(1);
    }

    @Test
    void copyOfABrokenJarIsDeletedAgain() throws IOException {
        Path broken = Files.write(folder.resolve("broken.jar"), new byte[] {1, 2, 3});
        PluginFolder copies = new PluginFolder(folder.resolve("copies"));

        assertProblem(() -> copies.take(broken), Problem.TRUNCATED, "broken.jar");
        assertThat(folder.resolve("copies")).isEmptyDirectory();
    }

    @Test
    void folderForgetsCopiesOfAnEarlierRun() throws IOException {
        Path copies = folder.resolve("copies");
        new PluginFolder(copies).take(jars.whole());

        PluginFolder again = new PluginFolder(copies);

        assertThat(again).isNotNull();
        assertThat(copies).isEmptyDirectory();
    }

    @Test
    void plainPathFindsTheSamePlugins() throws IOException {
        PluginCatalog catalog = PluginPath.open(List.of(jars.whole()), folder.resolve("copies"));

        assertThat(catalog.newest("demo")).map(PluginBuild::version).contains("1.2.3");
    }

    private static PluginLayer open(Path jar) {
        return PluginLayers.overThisRuntime().add(PluginJar.read(jar));
    }

    private static void assertProblem(ThrowingCallable call, Problem problem, String... words) {
        assertThatExceptionOfType(PluginJarException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.problem()).isEqualTo(problem))
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
    }
}
