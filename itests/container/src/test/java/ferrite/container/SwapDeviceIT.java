package ferrite.container;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.container.machine.ContainerMachine;
import ferrite.container.machine.Readers;
import ferrite.runtime.SwapReport;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Emulated devices are replaced while clients read.
@OnMachine
class SwapDeviceIT {
    private final ContainerMachine machine = ContainerMachine.current();

    @Test
    void twentySwapsOfDevicesLoseNoneOfTenThousandReads() throws InterruptedException {
        Readers readers = machine.readers();
        List<SwapReport> reports;
        try (readers) {
            reports = machine.swapUnder(readers, 20, 500, "xhci-controller", "usb-stick", "pci-host-bridge");
        }
        ContainerMachine.print("devices", readers, reports);
        assertThat(readers.problems()).isEmpty();
        assertThat(readers.served()).isGreaterThanOrEqualTo(10_000);
        assertThat(reports).hasSize(20);
    }
}
