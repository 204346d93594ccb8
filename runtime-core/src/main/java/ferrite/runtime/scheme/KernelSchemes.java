package ferrite.runtime.scheme;

import ferrite.runtime.context.KernelContext;
import ferrite.spi.scheme.CallerContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The kernel's own schemes.
public final class KernelSchemes {
    private static final Logger CONSOLE = System.getLogger("ferrite.debug");

    /// What `spawn:` does with a wish. Must not wait.
    @FunctionalInterface
    public interface SpawnWish {
        void take(CallerContext parent, String plugin, String instance, Map<String, String> settings);
    }

    private final RequestTexts requests;
    private final DebugScheme debug = new DebugScheme(line -> CONSOLE.log(Level.INFO, line));

    /// Registers them.
    ///
    /// @param maps of the devices
    /// @param texts the files of `sys:` by name; those that the schemes themselves know are added
    /// @param pools the text of `memory:stat`
    public KernelSchemes(
            Router router,
            Contexts contexts,
            DeviceMaps maps,
            Map<String, Supplier<String>> texts,
            Supplier<String> pools,
            SpawnWish wish) {
        requests = new RequestTexts(contexts);
        IrqScheme irq = new IrqScheme();
        Map<String, Supplier<String>> all = new TreeMap<>(texts);
        all.put("block", () -> ofEach(contexts, requests::asked));
        all.put("request", requests::requests);
        all.put("iostat", () -> ofEach(contexts, ProcScheme::files));
        all.put("scheme_num", () -> Integer.toString(router.names().size()));
        all.put("spurious_irq", () -> Long.toString(irq.spurious()));
        router.add("", new RootScheme(router));
        router.add("debug", debug);
        router.add("event", new EventScheme());
        router.add("io_uring", new IoUringScheme());
        router.add("irq", irq);
        router.add("itimer", new ItimerScheme(router.alarms()));
        router.add("log", new LogScheme());
        router.add("memory", new MemoryScheme(maps, pools));
        router.add("null", new NullScheme());
        router.add("pipe", new PipeScheme());
        router.add("proc", new ProcScheme(contexts, requests));
        router.add("rand", new RandScheme());
        router.add("spawn", new SpawnScheme(wish::take));
        router.add("sys", new SysScheme(all));
        router.add("time", new TimeScheme(router.alarms()));
        router.add("zero", new ZeroScheme());
    }

    /// The rings and what is in flight on them.
    public RequestTexts requests() {
        return requests;
    }

    /// Bytes for the readers of `debug:`.
    ///
    /// @return how many were taken; the rest has no place
    public int type(byte[] bytes) {
        return debug.type(bytes);
    }

    private static String ofEach(Contexts contexts, Function<KernelContext, String> text) {
        return contexts.live().stream()
                .flatMap(context -> text.apply(context).lines().map(line -> context.id() + " " + line))
                .collect(Collectors.joining("\n"));
    }
}
