package ferrite.driver.xhcid;

import ferrite.hw.xhci.PortRegisters;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// All ports: notices what is plugged in and out, and brings it up or lets it go (xHCI 1.2 §4.3, §4.19).
final class RootHub {
    private static final System.Logger LOG = System.getLogger(RootHub.class.getName());
    private static final int ATTEMPTS_MAX = 3;
    private static final int RESET_LOOKS_MAX = 20;
    private static final long RESET_LOOK_NANOS = 50_000_000;

    private final HostController controller;
    private final DeviceEnumerator enumerator;
    private final Consumer<DeviceSlot> onConnected;
    private final long debounceNanos;
    private final List<RootHubPort> ports = new ArrayList<>();

    /// @param onConnected told of every device that was brought up
    /// @param debounceNanos how long a connection must hold (USB 2.0 §7.1.7.3: 100 ms; emulated ports need 0)
    RootHub(
            HostController controller,
            DeviceEnumerator enumerator,
            Consumer<DeviceSlot> onConnected,
            long debounceNanos) {
        this.controller = controller;
        this.enumerator = enumerator;
        this.onConnected = onConnected;
        this.debounceNanos = debounceNanos;
        for (int port = 1; port <= controller.layout().ports(); port++) {
            ports.add(new RootHubPort(port, controller.layout().major(port) >= 3));
        }
    }

    List<RootHubPort> ports() {
        return ports;
    }

    /// @param number 1 and up
    Optional<RootHubPort> port(long number) {
        return number >= 1 && number <= ports.size() ? Optional.of(ports.get((int) number - 1)) : Optional.empty();
    }

    /// Looks at every port at the next turns, as after a reset.
    void lookAtAll() {
        controller.changedPorts().set(1, ports.size() + 1);
    }

    /// Looks at one port that has changed. Waits if a device is to be brought up.
    ///
    /// @return how many ports were looked at, 0 or 1
    int service() {
        BitSet changed = controller.changedPorts();
        int number = changed.nextSetBit(1);
        if (number < 0) {
            return 0;
        }
        changed.clear(number);
        look(ports.get(number - 1));
        return 1;
    }

    /// Whether no port waits to be looked at.
    boolean isSettled() {
        return controller.changedPorts().isEmpty();
    }

    private void look(RootHubPort port) {
        int status = status(port);
        clearChanges(port, status);
        boolean connected = (status & PortRegisters.PORTSC_CONNECTED) != 0;
        boolean replugged = (status & PortRegisters.PORTSC_CONNECT_CHANGE) != 0;
        boolean enabled = (status & PortRegisters.PORTSC_ENABLED) != 0;
        if (port.device().isPresent() && (!connected || replugged || !enabled)) {
            disconnect(port);
        }
        if (!connected || replugged) {
            port.disconnected();
        }
        if (connected && port.device().isEmpty() && !port.hasFailed()) {
            connect(port);
        }
    }

    private void disconnect(RootHubPort port) {
        port.device().ifPresent(device -> {
            LOG.log(System.Logger.Level.INFO, "xhci: port {0}: unplugged", port.number());
            port.disconnected();
            enumerator.discard(device, Errno.ENODEV);
        });
    }

    private void connect(RootHubPort port) {
        if (debounceNanos > 0) {
            controller.await(() -> false, debounceNanos);
        }
        for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
            try {
                int status = reset(port, attempt > 1);
                if ((status & PortRegisters.PORTSC_CONNECTED) == 0) {
                    return; // gone again; the change event brings us back
                }
                DeviceSlot device = enumerator.enumerate(port.number(), PortRegisters.speed(status));
                port.connected(device);
                announce(port, device);
                onConnected.accept(device);
                return;
            } catch (SchemeException failed) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "xhci: port {0}: attempt {1} of {2}: {3}",
                        port.number(),
                        attempt,
                        ATTEMPTS_MAX,
                        failed.getMessage());
                if (failed.errno() == Errno.ENODEV) {
                    return;
                }
            }
        }
        port.setFailed();
    }

    /// Resets the port, unless it is a SuperSpeed port that has enabled itself.
    ///
    /// @return PORTSC
    private int reset(RootHubPort port, boolean again) {
        int status = status(port);
        if (!again && port.isSuperSpeed() && (status & PortRegisters.PORTSC_ENABLED) != 0) {
            return status;
        }
        controller.changedPorts().clear(port.number());
        write(port, status & PortRegisters.PORTSC_PRESERVE_MASK | PortRegisters.PORTSC_RESET);
        for (int i = 0; i < RESET_LOOKS_MAX; i++) {
            controller.await(() -> controller.changedPorts().get(port.number()), RESET_LOOK_NANOS);
            status = status(port);
            controller.changedPorts().clear(port.number());
            if ((status & PortRegisters.PORTSC_CONNECTED) == 0) {
                controller.changedPorts().set(port.number());
                return status;
            }
            if ((status & PortRegisters.PORTSC_RESET) == 0
                    && (status & (PortRegisters.PORTSC_RESET_CHANGE | PortRegisters.PORTSC_ENABLED)) != 0) {
                clearChanges(port, status & ~PortRegisters.PORTSC_CONNECT_CHANGE);
                if ((status & PortRegisters.PORTSC_ENABLED) == 0) {
                    throw new SchemeException(Errno.EIO, "port " + port.number() + " is not enabled after its reset");
                }
                return status;
            }
        }
        throw new SchemeException(Errno.ETIMEDOUT, "reset of port " + port.number());
    }

    private static void announce(RootHubPort port, DeviceSlot device) {
        device.info()
                .ifPresent(info -> LOG.log(
                        System.Logger.Level.INFO,
                        "xhci: port {0}: {1} {2}, {3}",
                        port.number(),
                        LsusbText.id(info.device()),
                        info.product(),
                        device.speed()));
    }

    private int status(RootHubPort port) {
        int status = controller.portStatus(port.number());
        if (status == Registers.NOBODY) {
            throw new SchemeException(Errno.ENODEV, "the xHCI controller");
        }
        return status;
    }

    /// Change bits are cleared by writing 1; the enabled bit must be written 0, or it disables the port.
    private void clearChanges(RootHubPort port, int status) {
        int changes = status & PortRegisters.PORTSC_CHANGES;
        if (changes != 0) {
            write(port, status & PortRegisters.PORTSC_PRESERVE_MASK | changes);
        }
    }

    private void write(RootHubPort port, int value) {
        controller.registers().write32(controller.layout().port(port.number()) + PortRegisters.PORTSC, value);
    }
}
