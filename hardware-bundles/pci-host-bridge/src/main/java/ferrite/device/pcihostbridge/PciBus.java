package ferrite.device.pcihostbridge;

import ferrite.hw.bus.PciBusOperation;
import ferrite.hw.pci.ConfigSpace;
import ferrite.hw.pci.PciAddress;
import ferrite.spi.scheme.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Bus 0: which function a configuration or memory access belongs to. What belongs to nobody reads all ones.
final class PciBus {
    private static final int FUNCTIONS = PciAddress.DEVICES_MAX * PciAddress.FUNCTIONS_MAX;
    private static final int REGISTER_MASK = ConfigSpace.EXTENDED_BYTES - 1;

    private final HostBridgeFunction own = new HostBridgeFunction();
    /// By device and function number.
    private final @Nullable FunctionLink[] functions = new FunctionLink[FUNCTIONS];
    private final List<FunctionLink> links;
    private final BridgeFiles files;
    private Route[] routes = new Route[0];
    private int lastRoute;

    /// Memory that one function claims.
    private record Route(MemoryWindow window, FunctionLink link) {}

    PciBus(List<FunctionLink> links, BridgeFiles files) {
        this.links = links;
        this.files = files;
        for (FunctionLink link : links) {
            functions[place(link.address())] = link;
        }
    }

    private static int place(PciAddress address) {
        return address.device() * PciAddress.FUNCTIONS_MAX + address.function();
    }

    List<FunctionLink> links() {
        return links;
    }

    /// CONFIG_READ or CONFIG_WRITE at an ECAM offset that was checked.
    void config(Request request) {
        long at = request.address();
        int register = (int) at & REGISTER_MASK;
        long function = at >>> 12;
        int length = (int) request.length();
        boolean write = request.opcode() == PciBusOperation.CONFIG_WRITE;
        FunctionLink link = function < FUNCTIONS ? functions[(int) function] : null;
        if (function == 0 && write) {
            own.write(register, length, request.additional1());
            request.complete(0);
        } else if (function == 0) {
            request.complete(0, own.read(register, length));
        } else if (link == null) {
            answerNobody(request);
        } else {
            if (write && isWatched(register, length)) {
                link.bars().written(register, length, request.additional1());
                route();
            }
            link.forward(request, register);
        }
    }

    private static boolean isWatched(int register, int length) {
        return BarShadow.isWatched(register) || BarShadow.isWatched(register + length - 1);
    }

    /// MEMORY_READ or MEMORY_WRITE at a bus address.
    void memory(Request request, long address) {
        FunctionLink link = find(address, request.length());
        if (link == null) {
            answerNobody(request);
        } else {
            link.forward(request, address);
        }
    }

    private @Nullable FunctionLink find(long address, long length) {
        for (int i = 0; i < routes.length; i++) {
            int at = (lastRoute + i) % routes.length;
            if (routes[at].window.contains(address, length)) {
                lastRoute = at;
                return routes[at].link;
            }
        }
        return null;
    }

    /// Looks again where functions answer.
    void route() {
        routes = links.stream()
                .flatMap(link -> link.bars().windows().stream().map(window -> new Route(window, link)))
                .toArray(Route[]::new);
        lastRoute = 0;
    }

    /// What a function is to see as the address of an access that goes to it.
    long addressAtFunction(Request request) {
        return switch (request.opcode()) {
            case PciBusOperation.CONFIG_READ, PciBusOperation.CONFIG_WRITE -> request.address() & REGISTER_MASK;
            default -> files.busAddress(request);
        };
    }

    /// Nobody is there: all ones, writes are dropped.
    static void answerNobody(Request request) {
        if (!request.isLive()) {
            return;
        }
        boolean read =
                request.opcode() == PciBusOperation.CONFIG_READ || request.opcode() == PciBusOperation.MEMORY_READ;
        long length = request.length();
        long ones = length >= Long.BYTES ? -1L : (1L << (8 * length)) - 1;
        request.complete(0, read ? ones : 0);
    }

    void save(StateWriter state) {
        own.save(state);
    }

    void restore(StateReader state) {
        own.restore(state);
        route();
    }
}
