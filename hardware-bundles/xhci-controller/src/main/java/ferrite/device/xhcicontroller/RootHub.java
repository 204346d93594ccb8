package ferrite.device.xhcicontroller;

import ferrite.hw.usb.UsbSpeed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// All root hub ports: connectors 1..n are ports 1..n at SuperSpeed and n+1..2n at the speeds of USB 2.
final class RootHub {
    private final int connectors;
    private final RootHubPort[] ports;
    private final List<PortLink> links = new ArrayList<>();
    private final RunState run;
    private final Events events;

    RootHub(int connectors, RunState run, Events events) {
        this.connectors = connectors;
        this.run = run;
        this.events = events;
        this.ports = new RootHubPort[2 * connectors];
        for (int i = 0; i < ports.length; i++) {
            ports[i] = new RootHubPort(i + 1, i < connectors);
        }
    }

    int connectors() {
        return connectors;
    }

    /// Number of ports.
    int count() {
        return ports.length;
    }

    /// @param number 1..[#count()]
    RootHubPort port(int number) {
        return ports[number - 1];
    }

    /// Whether packets for a device at this port reach it; false for port 0.
    boolean isUsable(int number) {
        return number > 0 && ports[number - 1].isUsable();
    }

    /// The cable at a port.
    ///
    /// @throws IllegalStateException if nothing is plugged in
    PortLink link(int number) {
        return findLink(number).orElseThrow(() -> new IllegalStateException("nothing is plugged in at port " + number));
    }

    Optional<PortLink> findLink(int number) {
        return number == 0 ? Optional.empty() : Optional.ofNullable(ports[number - 1].link());
    }

    /// All cables.
    List<PortLink> links() {
        return links;
    }

    /// Plugs a device in at a connector, on the port of its protocol.
    ///
    /// @param speed protocol speed id, not 0
    void plug(int connector, PortLink link, int speed) {
        links.add(link);
        ports[portOf(connector, speed) - 1].plug(link, speed);
    }

    /// Wires a port as a predecessor had it; the port's own state follows.
    void rewire(int port, PortLink link) {
        links.add(link);
        ports[port - 1].rewire(link);
    }

    private int portOf(int connector, int speed) {
        return speed >= UsbSpeed.SUPER.psi() ? connector : connector + connectors;
    }

    /// Reads a word of a port's registers.
    ///
    /// @param offset from the registers of port 1
    int read(int offset) {
        int port = offset >>> 4;
        return port < ports.length ? ports[port].read(offset & 0xF) : 0;
    }

    /// Writes a word of a port's registers.
    ///
    /// @param offset from the registers of port 1
    void write(int offset, int value) {
        int port = offset >>> 4;
        if (port < ports.length && ports[port].write(offset & 0xF, value)) {
            tell(ports[port]);
        }
    }

    private void tell(RootHubPort port) {
        run.portChange();
        if (run.isRunning()) {
            events.portChange(port.number());
        }
    }

    /// The controller begins to run: changes until now are reported.
    void reportChanges() {
        for (RootHubPort port : ports) {
            if (port.hasChanges()) {
                tell(port);
            }
        }
    }

    /// Looks for devices that are gone.
    ///
    /// @return how many went
    int checkLinks() {
        int gone = 0;
        for (RootHubPort port : ports) {
            PortLink link = port.link();
            if (link != null && !link.isOpen()) {
                boolean known = port.hasChanges();
                port.unplug();
                links.remove(link);
                link.lost();
                link.close();
                if (!known) {
                    tell(port);
                }
                gone++;
            }
        }
        return gone;
    }

    void reset() {
        for (RootHubPort port : ports) {
            port.reset();
        }
    }
}
