package ferrite.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.runtime.Application;
import ferrite.runtime.InstanceState;
import ferrite.runtime.Kernel;
import ferrite.runtime.KernelParameters;
import ferrite.runtime.SpawnRequest;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.driver.Driver;
import ferrite.spi.driver.DriverProvider;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.Layer;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.plugin.Settings;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import jakarta.inject.Inject;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.module.ModuleDescriptor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Whose child an instance is that was wished for through `spawn:`, however late its plug-in comes.
@Timeout(60)
final class InstanceStarterTest {
    private final Kernel kernel = Kernel.boot(KernelParameters.DEFAULT);
    private final PluginCatalog catalog = new PluginCatalog();
    private final PluginHost host = new PluginHost(kernel);
    private final InstanceStarter starter = new InstanceStarter(catalog, host, (_, _) -> new NoSettings());
    private final Application observer = kernel.openApplication("observer");

    @AfterEach
    void close() {
        observer.close();
        kernel.close();
    }

    @Test
    void wishThatIsFulfilledAtOnceHasItsSpawnerAsParent() {
        catalog.add(build());
        try (Application spawner = kernel.openApplication("spawner")) {
            starter.spawn(wish(spawner));
            assertThat(ofChild("parent")).isEqualTo(spawner.id() + "\n");
        }
    }

    @Test
    void wishThatWaitedForItsBundleHasItsSpawnerAsParent() {
        try (Application spawner = kernel.openApplication("spawner")) {
            starter.spawn(wish(spawner));
            assertThat(starter.waiting()).hasSize(1);
            catalog.add(build());
            assertThat(ofChild("parent")).isEqualTo(spawner.id() + "\n");
        }
    }

    @Test
    void lateChildBeginsInTheNamespaceOfItsSpawner() {
        try (Application spawner = kernel.openApplication("spawner")) {
            starter.spawn(wish(spawner));
            long sandbox = status(spawner, SubmissionQueueEntry.of(Opcode.MKNS), "sys\n");
            assertThat(sandbox).isGreaterThan(1);
            SubmissionQueueEntry enter = SubmissionQueueEntry.of(Opcode.SETRENS).withAdditional(sandbox, 0);
            assertThat(spawner.kernel().call(enter).status()).isZero();
            catalog.add(build());
            assertThat(ofChild("status")).contains("namespace " + sandbox + "\n");
        }
    }

    @Test
    void wishEndsWithItsSpawner() {
        Application spawner = kernel.openApplication("spawner");
        starter.spawn(wish(spawner));
        spawner.close();
        catalog.add(build());
        assertThat(kernel.instances()).isEmpty();
        assertThat(starter.waiting()).isEmpty();
    }

    @Test
    void wishOfOneThatHasEndedIsNotFulfilled() {
        catalog.add(build());
        Application spawner = kernel.openApplication("spawner");
        SpawnRequest wish = wish(spawner);
        spawner.close();
        assertThatThrownBy(() -> starter.spawn(wish)).hasMessageContaining("has ended");
        assertThat(kernel.instances()).isEmpty();
    }

    @Test
    void childThatLostItsCodeComesBackToItsParent() {
        PluginBuild build = build();
        catalog.add(build);
        try (Application spawner = kernel.openApplication("spawner")) {
            starter.spawn(wish(spawner));
            catalog.remove(build);
            starter.want(host.stop(build));
            catalog.add(build());
            assertThat(ofChild("parent")).isEqualTo(spawner.id() + "\n");
        }
    }

    @Test
    void whoWishesAgainForAnOrphanThatRunsIsItsNextParent() {
        PluginBuild build = build();
        catalog.add(build);
        Application first = kernel.openApplication("spawner");
        starter.spawn(wish(first));
        first.close();
        try (Application second = kernel.openApplication("spawner")) {
            assertThatThrownBy(() -> starter.spawn(wish(second)))
                    .isInstanceOfSatisfying(
                            SchemeException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
            catalog.remove(build);
            starter.want(host.stop(build));
            catalog.add(build());
            assertThat(ofChild("parent")).isEqualTo(second.id() + "\n");
        }
    }

    @Test
    void swapForgetsAnOrphanThatHasFailed() throws InterruptedException {
        PluginBuild failing = build(FailingDriver.class);
        catalog.add(failing);
        Application spawner = kernel.openApplication("spawner");
        starter.spawn(wish(spawner));
        while (host.instances().getFirst().instance().state() != InstanceState.FAILED) {
            Thread.sleep(1);
        }
        spawner.close();
        assertThat(host.swap(failing, build())).isEmpty();
        assertThat(host.instances()).isEmpty();
        assertThat(kernel.instances()).isEmpty();
    }

    private SpawnRequest wish(Application spawner) {
        return new SpawnRequest(spawner.id(), "spawner", "demo", "demo@1", Map.of());
    }

    private String ofChild(String file) {
        String child = text(observer, "proc:")
                .lines()
                .filter(number -> text(observer, "proc:" + number + "/name").equals("demo@1\n"))
                .findFirst()
                .orElseThrow();
        return text(observer, "proc:" + child + "/" + file);
    }

    private static String text(Application application, String path) {
        long fd = application.kernel().open(application.pool(), path, OpenFlags.RDONLY);
        try (BufferSlice buffer = application.pool().acquire(4_096, 1)) {
            long count = application.kernel().pread(fd, buffer, 0);
            return new String(
                    buffer.segment().asSlice(0, count).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        } finally {
            application.kernel().closeFile(fd);
        }
    }

    private static long status(Application application, SubmissionQueueEntry entry, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try (BufferSlice buffer = application.pool().acquire(bytes.length, 1)) {
            buffer.segment().copyFrom(MemorySegment.ofArray(bytes));
            return application.kernel().call(entry, buffer).status();
        }
    }

    private static PluginBuild build() {
        return build(DemoDriver.class);
    }

    private static PluginBuild build(Class<? extends Driver> plugin) {
        PluginJar jar = new PluginJar(
                Path.of("demo.jar"), ModuleDescriptor.newModule("demo.plugin").build(), Map.of());
        return new PluginBuild(
                new Demo(plugin), "1.0.0", PluginLayers.overThisRuntime().add(jar));
    }

    private record Demo(Class<? extends Driver> plugin) implements DriverProvider {
        @Override
        public String name() {
            return "demo";
        }

        @Override
        public Layer layer() {
            return Layer.CLASS_DRIVER;
        }
    }

    private static final class FailingDriver extends TestDriver {
        @Inject
        FailingDriver() {}

        @Override
        public int poll(int budget) {
            throw new IllegalStateException("fails on purpose");
        }
    }

    private static final class DemoDriver extends TestDriver {
        @Inject
        DemoDriver() {}

        @Override
        public int poll(int budget) {
            return 0;
        }
    }

    private abstract static class TestDriver implements Driver {
        @Override
        public void start() {
            // It only has to run.
        }

        @Override
        public boolean isQuiet() {
            return true;
        }

        @Override
        public PluginState save() {
            return new PluginState(1, new byte[0]);
        }

        @Override
        public void restore(PluginState state) {
            // Nothing was saved.
        }

        @Override
        public void stop() {
            // Nothing is held.
        }
    }

    private record NoSettings() implements Settings {
        @Override
        public Set<String> keys() {
            return Set.of();
        }

        @Override
        public Optional<String> text(String key) {
            return Optional.empty();
        }

        @Override
        public OptionalLong number(String key) {
            return OptionalLong.empty();
        }

        @Override
        public Optional<Boolean> flag(String key) {
            return Optional.empty();
        }

        @Override
        public List<String> texts(String key) {
            return List.of();
        }

        @Override
        public List<Long> numbers(String key) {
            return List.of();
        }

        @Override
        public Optional<Settings> table(String key) {
            return Optional.empty();
        }

        @Override
        public List<Settings> tables(String key) {
            return List.of();
        }

        @Override
        public String where(String key) {
            return "nowhere";
        }

        @Override
        public String requiredText(String key) {
            throw new SchemeException(Errno.EINVAL, key + " is missing");
        }
    }
}
