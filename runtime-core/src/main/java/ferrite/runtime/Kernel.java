package ferrite.runtime;

import ferrite.buffer.DeviceAddressMap;
import ferrite.buffer.PoolParameters;
import ferrite.buffer.PoolStatistics;
import ferrite.buffer.Revocation;
import ferrite.buffer.SharedBufferPool;
import ferrite.buffer.ViewArena;
import ferrite.runtime.context.KernelContext;
import ferrite.runtime.schedule.Scheduler;
import ferrite.runtime.scheme.Contexts;
import ferrite.runtime.scheme.DeviceMaps;
import ferrite.runtime.scheme.KernelSchemes;
import ferrite.runtime.scheme.PoolText;
import ferrite.runtime.scheme.RequestAges;
import ferrite.runtime.scheme.Router;
import ferrite.spi.plugin.Layer;
import ferrite.spi.scheme.CallerContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The whole microkernel without OSGi: rings, contexts, schemes, plug-in instances. The same class runs under the
/// container, in tests, and embedded in another program.
///
/// Safe from several threads.
public final class Kernel implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Kernel.class.getName());

    /// Height of an application: above every plug-in.
    private static final int APPLICATION_LAYER = Layer.APPLICATION.height() + 1;

    private static final long EXIT_SUCCESS = 0;
    private static final long EXIT_FAILURE = 1;

    /// The context whose wish to start a driver is being fulfilled on this thread.
    private static final ScopedValue<Integer> SPAWNING = ScopedValue.newInstance();

    /// Empty regions that a pool keeps, so that a load that comes and goes does not map memory each time.
    private static final int EMPTY_REGIONS_KEPT = 4;

    private static final Duration QUIET_STEP = Duration.ofMillis(2);

    private final KernelParameters parameters;
    private final Scheduler scheduler;
    private final Router router;
    private final DeviceMaps maps = new DeviceMaps();
    private final PoolSources sources;
    private final ViewArena kernelView;
    private final SpawnQueue spawns;
    private final AtomicInteger contextIds = new AtomicInteger(1);
    private final Contexts contexts = new Contexts();
    private final KernelSchemes schemes;
    private final Map<String, PluginInstance> instances = new ConcurrentSkipListMap<>();

    private Kernel(KernelParameters parameters) {
        this.parameters = parameters;
        sources = new PoolSources(parameters.memory());
        scheduler = new Scheduler(parameters.name());
        router = new Router(scheduler, contexts);
        kernelView = new ViewArena(parameters.name());
        spawns = new SpawnQueue(parameters.name());
        schemes = new KernelSchemes(router, contexts, maps, texts(), this::poolText, this::spawn);
    }

    /// A running kernel with its own schemes and nothing else.
    public static Kernel boot(KernelParameters parameters) {
        Kernel kernel = new Kernel(parameters);
        kernel.lookAtRequests();
        return kernel;
    }

    /// A context for the calling thread.
    public Application openApplication(String name) {
        return openApplication(name, parameters.limits());
    }

    /// A context for the calling thread, with limits of its own.
    public Application openApplication(String name, ContextLimits limits) {
        KernelContext context = newContext(name, APPLICATION_LAYER, 0, limits);
        context.onEnd(() -> router.ended(context, EXIT_SUCCESS));
        return new ThreadApplication(context, scheduler, _ -> {});
    }

    /// Constructs and starts a plug-in instance on the calling thread.
    ///
    /// @throws PluginException if the name is taken, the parent has ended, or the constructor or `start` fails; then
    ///         nothing is left of it
    public PluginInstance launch(LaunchSpec spec, PluginFactory factory) {
        int parent = spec.parent() == 0 ? SPAWNING.orElse(0) : spec.parent();
        ContextLimits limits = spec.limits() == null ? parameters.limits() : spec.limits();
        KernelContext context = newContext(spec.instance(), spec.layer().height(), parent, limits);
        DeviceAddressMap map =
                spec.busAddress().map(maps::of).orElseGet(() -> new DeviceAddressMap(spec.instance(), (_, _, _) -> {}));
        PluginInstance instance = new PluginInstance(spec, context, router, scheduler, map);
        context.onEnd(
                () -> router.ended(context, instance.state() == InstanceState.FAILED ? EXIT_FAILURE : EXIT_SUCCESS));
        PluginInstance previous = instances.putIfAbsent(spec.instance(), instance);
        if (previous != null
                && previous.state() == InstanceState.FAILED
                && instances.replace(spec.instance(), previous, instance)) {
            previous = null;
        }
        if (previous != null) {
            end(context);
            throw new PluginException("instance " + spec.instance() + " is " + previous.state()
                    + " already; stop it first or choose another name");
        }
        try {
            scheduler.inRunner(() -> instance.start(factory));
        } catch (RuntimeException | Error failed) {
            instances.remove(spec.instance(), instance);
            throw failed;
        }
        return instance;
    }

    /// Ends an instance for good and forgets it.
    public void stop(PluginInstance instance) {
        instance.stop();
        instances.remove(instance.name(), instance);
    }

    /// All instances, by name.
    public List<PluginInstance> instances() {
        return List.copyOf(instances.values());
    }

    public Optional<PluginInstance> instance(String name) {
        return Optional.ofNullable(instances.get(name));
    }

    /// Whether this context has begun and not ended.
    public boolean hasContext(int number) {
        return contexts.find(number).isPresent();
    }

    /// Who fulfils wishes to start drivers. Wishes from before are kept for it.
    public void onSpawn(SpawnHandler handler) {
        spawns.handleWith(request ->
                ScopedValue.where(SPAWNING, request.parentContextId()).run(() -> handler.spawn(request)));
    }

    /// Waits until no wish is open and every running instance has settled.
    ///
    /// @return false if that was not so after `limit`
    public boolean awaitQuiet(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        int quietTurns = 0;
        while (quietTurns < 2) {
            quietTurns = isQuiet() ? quietTurns + 1 : 0;
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            try {
                Thread.sleep(QUIET_STEP);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /// Bytes for the readers of `debug:`, as from a keyboard.
    ///
    /// @return how many were taken; the rest has no place
    public int type(byte[] bytes) {
        return schemes.type(bytes);
    }

    /// Names that are served, sorted.
    public List<String> schemeNames() {
        return router.names();
    }

    /// What there is now.
    public KernelSnapshot snapshot() {
        List<String> contextLines = new ArrayList<>();
        List<PoolSnapshot> pools = new ArrayList<>();
        for (KernelContext context : contexts.live()) {
            contextLines.add(String.format(
                    Locale.ROOT,
                    "%4d %-32s layer %d, %d descriptors, %d submissions in flight",
                    context.id(),
                    context.name(),
                    context.layer(),
                    context.files().list().size(),
                    context.submissionsInFlight()));
            pools.add(poolOf(context));
        }
        List<String> plugins = instances.values().stream()
                .map(instance -> String.format(
                        Locale.ROOT,
                        "%-32s %-16s %-9s %3d requests held%s",
                        instance.name(),
                        instance.plugin(),
                        instance.state(),
                        instance.requestsHeld(),
                        instance.failure().map(why -> "; " + why).orElse("")))
                .toList();
        return new KernelSnapshot(
                contextLines, schemes.requests().rings(), pools, systemCalls(), plugins, schemeNames());
    }

    private List<String> systemCalls() {
        return router.revocations().waiting().stream().map(Revocation::toString).toList();
    }

    private static PoolSnapshot poolOf(KernelContext context) {
        SharedBufferPool pool = context.pool();
        PoolStatistics statistics = pool.statistics();
        return new PoolSnapshot(
                context.label(),
                statistics.capacity(),
                statistics.bytesInUse(),
                statistics.liveSlices(),
                pool.guardedBytes(),
                PoolText.cachedBytes(pool),
                PoolText.pages(pool),
                PoolText.file(pool),
                pool.guards().stream()
                        .map(each ->
                                new PoolSnapshot.Holding(each.holder(), each.address(), each.length(), each.ageNanos()))
                        .toList());
    }

    /// Refuses new wishes and waits for the one in work, so that no instance appears while others are being stopped.
    public void stopSpawning() {
        spawns.close();
    }

    /// Stops all instances, highest layer first, then the kernel itself.
    @Override
    public void close() {
        spawns.close();
        instances.values().stream()
                .sorted((a, b) ->
                        Integer.compare(b.context().layer(), a.context().layer()))
                .toList()
                .forEach(this::stop);
        contexts.live().forEach(this::end);
        scheduler.close();
        endViews();
    }

    private void endViews() {
        router.end(new Revocation(kernelView));
        systemCalls().forEach(each -> LOG.log(Level.WARNING, "the kernel ended in spite of a {0}", each));
    }

    private KernelContext newContext(String name, int layer, int parent, ContextLimits limits) {
        Optional<KernelContext> above = contexts.find(parent);
        if (parent != 0 && above.isEmpty()) {
            // Without it nobody says which namespace the new one begins in, and the first would be too much.
            throw new PluginException(
                    "instance " + name + " is not started: its parent, context " + parent + ", has ended");
        }
        int id = contextIds.getAndIncrement();
        long regionBytes = Math.min(parameters.poolRegionBytes(), limits.memoryBytes());
        String label = name + '#' + id;
        SharedBufferPool pool = new SharedBufferPool(
                label,
                new PoolParameters(
                        0,
                        regionBytes,
                        limits.memoryBytes(),
                        parameters.poisonMemory(),
                        EMPTY_REGIONS_KEPT * regionBytes),
                sources.of(label),
                sources.low(),
                System::nanoTime);
        KernelContext.Grant grant = new KernelContext.Grant(
                parent,
                above.map(KernelContext::namespace).orElse(Router.FIRST_NAMESPACE),
                limits.descriptors(),
                limits.rings(),
                limits.memoryBytes());
        KernelContext context = new KernelContext(id, name, layer, scheduler, router, pool, kernelView, grant);
        contexts.add(context);
        return context;
    }

    /// Rings read no clock for the age of their requests, and nobody says when a system call has returned; so somebody
    /// looks now and then. On the reactor's thread.
    private void lookAtRequests() {
        long now = System.nanoTime();
        try {
            schemes.requests().look(now);
            kernelView.sweep();
            contexts.live().forEach(context -> context.view().sweep());
        } finally {
            scheduler.at(now + RequestAges.LOOK_NANOS, this::lookAtRequests);
        }
    }

    private void end(KernelContext context) {
        scheduler.inRunner(context::end);
    }

    private boolean isQuiet() {
        return spawns.isIdle()
                && instances.values().stream()
                        .filter(instance -> instance.state() == InstanceState.RUNNING)
                        .allMatch(PluginInstance::isSettled);
    }

    private void spawn(CallerContext parent, String plugin, String instance, Map<String, String> settings) {
        spawns.add(new SpawnRequest(parent.contextId(), parent.name(), plugin, instance, Map.copyOf(settings)));
    }

    private Map<String, Supplier<String>> texts() {
        return Map.of(
                "context", () -> String.join("\n", snapshot().contexts()),
                "cpu", Kernel::cpuText,
                "exe", this::exeText,
                "plugin", () -> String.join("\n", snapshot().plugins()),
                "pool", this::poolText,
                "ring", () -> String.join("\n", snapshot().rings()),
                "scheme", () -> String.join("\n", schemeNames()),
                "uname", () -> "Ferrite\n" + parameters.name() + "\n" + Runtime.version());
    }

    private static String cpuText() {
        return "CPUs: " + Runtime.getRuntime().availableProcessors() + "\nArchitecture: "
                + System.getProperty("os.arch");
    }

    private String exeText() {
        return instances.values().stream()
                .map(instance -> instance.context().id() + " " + instance.plugin())
                .collect(Collectors.joining("\n"));
    }

    private String poolText() {
        List<String> lines = new ArrayList<>(systemCalls());
        contexts.live().forEach(context -> lines.add(PoolText.describe(context)));
        return String.join("\n", lines);
    }
}
