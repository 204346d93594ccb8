package ferrite.runtime.scheme;

import ferrite.runtime.schedule.Scheduler;
import ferrite.spi.scheme.CallerContext;
import java.util.Map;
import java.util.function.Supplier;

/// Registers the kernel's own schemes.
public final class KernelSchemes {
    /// What `spawn:` does with a wish. Must not wait.
    @FunctionalInterface
    public interface SpawnWish {
        void take(CallerContext parent, String plugin, String instance, Map<String, String> settings);
    }

    private KernelSchemes() {}

    /// @param maps of the devices
    /// @param texts the files of `sys:` by name
    /// @param pools the text of `memory:stat`
    public static void register(
            Router router,
            Scheduler scheduler,
            DeviceMaps maps,
            Map<String, Supplier<String>> texts,
            Supplier<String> pools,
            SpawnWish wish) {
        router.add("", new RootScheme(router));
        router.add("event", new EventScheme());
        router.add("irq", new IrqScheme());
        router.add("log", new LogScheme());
        router.add("memory", new MemoryScheme(maps, pools));
        router.add("pipe", new PipeScheme());
        router.add("spawn", new SpawnScheme(wish::take));
        router.add("sys", new SysScheme(texts));
        router.add("time", new TimeScheme(scheduler));
    }
}
