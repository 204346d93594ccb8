package ferrite.driver.pcid;

import ferrite.hw.pci.PciAddress;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.context.Context;
import ferrite.spi.driver.Driver;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.plugin.Settings;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemeSocket;
import jakarta.inject.Inject;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The PCI bus driver's life: enumerate, assign, start drivers, then answer requests on `pci:`.
///
/// PCI Local Bus 3.0 chapter 6, PCI Express Base 4.0 (enhanced configuration access).
final class PciDriver implements Driver {
    private static final System.Logger LOG = System.getLogger(PciDriver.class.getName());
    private static final SchemeName SCHEME = new SchemeName("pci");
    private static final RingParameters BRIDGE_RING = new RingParameters(64, 256);
    private static final int RESOURCES_BYTES_MAX = 4096;
    private static final int COMPLETIONS_MAX = 64;

    /// Everything that exists while the driver runs.
    private record Running(
            SchemeSocket socket,
            ConsumerInstance bridge,
            long ecam,
            String bridgeScheme,
            PciInventory inventory,
            OpenFiles files,
            PciScheme scheme,
            DriverStarter starter) {}

    private final Context context;
    private final Settings settings;
    private @Nullable Running running;

    @Inject
    PciDriver(Context context, Settings settings) {
        this.context = context;
        this.settings = settings;
    }

    @Override
    public void start() {
        String bridgeScheme = "hw." + settings.requiredText("bridge");
        DriverTable drivers = DriverTable.of(settings);
        // Served before enumeration, so that clients that come early wait instead of failing.
        SchemeSocket socket = context.serve(SCHEME);
        ConsumerInstance bridge = context.connect(new SchemeName(bridgeScheme), BRIDGE_RING);
        BridgeResources resources = BridgeResources.parse(readText(bridge, "resources"));
        long ecam = bridge.open(context.pool(), "ecam", OpenFlags.RDWR);
        ConfigAccess access = new ConfigAccess(bridge, ecam);

        PciInventory inventory = new PciInventory(bridgeScheme);
        DriverStarter starter = new DriverStarter(context);
        for (PciFunction function : configure(access, resources)) {
            Optional<DriverEntry> driver = drivers.driverOf(function);
            inventory.put(function.withDriver(driver.map(DriverEntry::plugin).orElse("")));
            driver.ifPresent(entry -> starter.start(function, entry));
        }
        OpenFiles files = new OpenFiles();
        PciScheme scheme = new PciScheme(inventory, access, files);
        running = new Running(socket, bridge, ecam, bridgeScheme, inventory, files, scheme, starter);
        LOG.log(
                System.Logger.Level.INFO,
                "pci: {0} functions behind {1}:",
                inventory.all().size(),
                bridgeScheme);
    }

    @Override
    public int poll(int budget) {
        Running now = running();
        int found = context.kernel().reap(now.starter()::finish, COMPLETIONS_MAX);
        return found + now.socket().poll(budget, now.scheme());
    }

    @Override
    public boolean isSettled() {
        return running != null && running.starter().isIdle();
    }

    @Override
    public boolean isQuiet() {
        return running().starter().isIdle();
    }

    @Override
    public PluginState save() {
        Running now = running();
        return new PcidState(
                        now.bridgeScheme(),
                        now.bridge().id(),
                        now.ecam(),
                        List.copyOf(now.inventory().all()),
                        now.files().nextNumber(),
                        now.files().all())
                .encode();
    }

    @Override
    public void restore(PluginState state) {
        PcidState saved = PcidState.decode(state);
        ConsumerInstance bridge = context.ring(saved.bridgeRing());
        ConfigAccess access = new ConfigAccess(bridge, saved.ecam());
        PciInventory inventory = new PciInventory(saved.bridgeScheme());
        saved.functions().forEach(inventory::put);
        OpenFiles files = new OpenFiles();
        files.restore(saved.files(), saved.nextFile());
        PciScheme scheme = new PciScheme(inventory, access, files);
        SchemeSocket socket = context.serve(SCHEME);
        running = new Running(
                socket,
                bridge,
                saved.ecam(),
                saved.bridgeScheme(),
                inventory,
                files,
                scheme,
                new DriverStarter(context));
    }

    @Override
    public void stop() {
        running = null;
    }

    private static List<PciFunction> configure(ConfigAccess access, BridgeResources resources) {
        List<PciFunction> found = new BusEnumerator(access).enumerate(resources.firstBus(), resources.lastBus());
        BarRegisters registers = new BarRegisters(access);
        List<PciAddress> decoding = registers.decoding(found);
        List<PciFunction> assigned = new BarAssignment(resources.memory()).assign(found, decoding);
        for (int i = 0; i < found.size(); i++) {
            registers.apply(found.get(i), assigned.get(i));
        }
        return assigned;
    }

    private String readText(ConsumerInstance ring, String path) {
        long file = ring.open(context.pool(), path, OpenFlags.RDONLY);
        try (BufferSlice slice = context.pool().acquire(RESOURCES_BYTES_MAX, 1)) {
            long bytes = Math.min(ring.pread(file, slice, 0), slice.length());
            byte[] text = slice.segment().asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE);
            return new String(text, StandardCharsets.UTF_8);
        } finally {
            ring.closeFile(file);
        }
    }

    private Running running() {
        Running now = running;
        if (now == null) {
            throw new IllegalStateException("pcid has not been started");
        }
        return now;
    }
}
