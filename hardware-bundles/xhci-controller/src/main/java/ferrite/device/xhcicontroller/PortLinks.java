package ferrite.device.xhcicontroller;

import ferrite.spi.context.Context;
import java.util.Optional;

/// The part of the saved state that says which port is wired to which ring of the context. It comes first, because
/// ports and endpoints refer to it.
final class PortLinks {
    private PortLinks() {}

    static void save(RootHub hub, StateWriter state) {
        for (int port = 1; port <= hub.count(); port++) {
            Optional<PortLink> link = hub.findLink(port);
            state.flag(link.isPresent());
            if (link.isPresent()) {
                state.i32(link.get().ringId());
                link.get().save(state);
            }
        }
    }

    /// @throws ferrite.spi.error.SchemeException EBADF if a ring is not there
    static void restore(Core core, Context context, StateReader state) {
        RootHub hub = core.hub();
        for (int port = 1; port <= hub.count(); port++) {
            if (state.flag("port is wired")) {
                int id = state.i32("ring", Integer.MIN_VALUE, Integer.MAX_VALUE);
                PortLink link = new PortLink(context.ring(id), core.engine());
                link.restore(state);
                hub.rewire(port, link);
            }
        }
    }
}
