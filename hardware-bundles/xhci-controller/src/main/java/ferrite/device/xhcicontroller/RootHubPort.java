package ferrite.device.xhcicontroller;

import ferrite.hw.xhci.PortRegisters;
import org.jspecify.annotations.Nullable;

/// One root hub port of one protocol (xHCI 1.2 §4.19).
///
/// A USB 3 port trains by itself and is enabled as soon as something is connected; a USB 2 port waits in Polling for a
/// reset. A reset takes no time here.
final class RootHubPort {
    private static final int WAKE = PortRegisters.PORTSC_WAKE_ON_CONNECT
            | PortRegisters.PORTSC_WAKE_ON_DISCONNECT
            | PortRegisters.PORTSC_WAKE_ON_OVER_CURRENT;

    private final int number;
    private final boolean superSpeed;
    private @Nullable PortLink link;
    private int speed;
    private int portsc;
    private int powerManagement;

    RootHubPort(int number, boolean superSpeed) {
        this.number = number;
        this.superSpeed = superSpeed;
        reset();
    }

    int number() {
        return number;
    }

    boolean isSuperSpeed() {
        return superSpeed;
    }

    @Nullable
    PortLink link() {
        return link;
    }

    /// Whether packets reach a device.
    boolean isUsable() {
        return link != null && (portsc & PortRegisters.PORTSC_ENABLED) != 0;
    }

    /// Something is plugged in.
    ///
    /// @param deviceSpeed protocol speed id
    void plug(PortLink cable, int deviceSpeed) {
        link = cable;
        speed = deviceSpeed;
        reset();
    }

    void rewire(PortLink cable) {
        link = cable;
    }

    /// What was plugged in is gone.
    void unplug() {
        link = null;
        speed = 0;
        int old = portsc;
        reset();
        portsc |= (old & PortRegisters.PORTSC_CHANGES) | PortRegisters.PORTSC_CONNECT_CHANGE;
    }

    /// After power-on or a reset of the controller: what is connected is found anew.
    void reset() {
        powerManagement = 0;
        portsc = PortRegisters.PORTSC_POWER;
        if (link == null) {
            setLinkState(PortRegisters.LINK_RX_DETECT);
            return;
        }
        portsc |= PortRegisters.PORTSC_CONNECTED
                | PortRegisters.PORTSC_CONNECT_CHANGE
                | speed << PortRegisters.PORTSC_SPEED_SHIFT;
        if (superSpeed) {
            portsc |= PortRegisters.PORTSC_ENABLED;
            setLinkState(PortRegisters.LINK_U0);
        } else {
            setLinkState(PortRegisters.LINK_POLLING);
        }
    }

    private void setLinkState(int state) {
        portsc = (portsc & ~PortRegisters.PORTSC_LINK_STATE_MASK) | (state << PortRegisters.PORTSC_LINK_STATE_SHIFT);
    }

    private int linkState() {
        return PortRegisters.linkState(portsc);
    }

    /// Whether a change bit is set.
    boolean hasChanges() {
        return (portsc & PortRegisters.PORTSC_CHANGES) != 0;
    }

    int read(int offset) {
        return switch (offset) {
            case PortRegisters.PORTSC -> portsc;
            case PortRegisters.PORTPMSC -> powerManagement;
            default -> 0;
        };
    }

    /// Writes one of the port's registers.
    ///
    /// @return whether change bits were set of which none was set before: the driver is to be told
    boolean write(int offset, int value) {
        if (offset == PortRegisters.PORTPMSC) {
            powerManagement = value & (superSpeed ? 0x1_FFFF : 0xF000_FFFF);
        }
        if (offset != PortRegisters.PORTSC) {
            return false;
        }
        portsc &= ~(value & PortRegisters.PORTSC_CHANGES);
        portsc = (portsc & ~WAKE) | (value & WAKE);
        boolean quiet = !hasChanges();
        if ((value & PortRegisters.PORTSC_ENABLED) != 0) {
            disable();
        }
        if ((value & PortRegisters.PORTSC_LINK_STATE_WRITE) != 0) {
            writeLinkState(PortRegisters.linkState(value));
        }
        boolean warm = superSpeed && (value & PortRegisters.PORTSC_WARM_RESET) != 0;
        if (warm || (value & PortRegisters.PORTSC_RESET) != 0) {
            resetDevice(warm);
        }
        return quiet && hasChanges();
    }

    private void disable() {
        portsc &= ~PortRegisters.PORTSC_ENABLED;
        if (link != null) {
            setLinkState(superSpeed ? PortRegisters.LINK_DISABLED : PortRegisters.LINK_POLLING);
        }
    }

    private void writeLinkState(int wanted) {
        boolean enabled = (portsc & PortRegisters.PORTSC_ENABLED) != 0;
        int old = linkState();
        switch (wanted) {
            case PortRegisters.LINK_U0 -> {
                if (enabled && old != PortRegisters.LINK_U0) {
                    setLinkState(PortRegisters.LINK_U0);
                    portsc |= PortRegisters.PORTSC_LINK_STATE_CHANGE;
                }
            }
            case PortRegisters.LINK_U3 -> {
                if (enabled) {
                    setLinkState(PortRegisters.LINK_U3);
                }
            }
            case PortRegisters.LINK_RESUME -> {
                if (enabled && !superSpeed && old == PortRegisters.LINK_U3) {
                    setLinkState(PortRegisters.LINK_RESUME);
                }
            }
            case PortRegisters.LINK_DISABLED -> {
                if (superSpeed) {
                    disable();
                }
            }
            case PortRegisters.LINK_RX_DETECT -> {
                if (superSpeed && old == PortRegisters.LINK_DISABLED) {
                    int changes = portsc & PortRegisters.PORTSC_CHANGES;
                    reset();
                    portsc |= changes;
                }
            }
            default -> {}
        }
    }

    private void resetDevice(boolean warm) {
        PortLink cable = link;
        if (cable == null || !cable.resetDevice()) {
            return;
        }
        setLinkState(PortRegisters.LINK_U0);
        portsc |= PortRegisters.PORTSC_ENABLED | PortRegisters.PORTSC_RESET_CHANGE;
        if (warm) {
            portsc |= PortRegisters.PORTSC_WARM_RESET_CHANGE;
        }
    }

    void save(StateWriter state) {
        state.i32(speed).i32(portsc).i32(powerManagement);
    }

    /// The cable is there already.
    void restore(StateReader state) {
        speed = state.i32("port speed", 0, 15);
        portsc = state.i32("PORTSC", Integer.MIN_VALUE, Integer.MAX_VALUE);
        powerManagement = state.i32("PORTPMSC", Integer.MIN_VALUE, Integer.MAX_VALUE);
        boolean connected = (portsc & PortRegisters.PORTSC_CONNECTED) != 0;
        StateReader.require(connected == (link != null), "PORTSC without or against a ring", portsc);
    }
}
