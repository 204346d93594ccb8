package ferrite.driver.xhcid;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One port of the controller (xHCI 1.2 §4.19).
///
/// ```
///   EMPTY --connected--> bring-up --device answers--> device
///     ^                     | three failures             |
///     |                     v                            |
///     +--disconnected--- FAILED                          |
///     +--------------------------disconnected------------+
/// ```
final class RootHubPort {
    private final int number;
    private final boolean superSpeed;
    private @Nullable DeviceSlot device;
    private boolean failed;

    /// @param number 1..255
    /// @param superSpeed a USB 3 port enables itself; a USB 2 port needs a reset
    RootHubPort(int number, boolean superSpeed) {
        this.number = number;
        this.superSpeed = superSpeed;
    }

    int number() {
        return number;
    }

    boolean isSuperSpeed() {
        return superSpeed;
    }

    Optional<DeviceSlot> device() {
        return Optional.ofNullable(device);
    }

    /// Whether what is plugged in could not be brought up.
    boolean hasFailed() {
        return failed;
    }

    void connected(DeviceSlot newDevice) {
        device = newDevice;
        failed = false;
    }

    void setFailed() {
        failed = true;
    }

    void disconnected() {
        device = null;
        failed = false;
    }
}
