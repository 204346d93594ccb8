package ferrite.container;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.container.machine.ContainerMachine;
import ferrite.container.machine.Readers;
import ferrite.runtime.SwapReport;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Drivers are replaced while clients read.
@OnMachine
class SwapDriverIT {
    private final ContainerMachine machine = ContainerMachine.current();

    @Test
    void twentySwapsOfDriversLoseNoneOfTenThousandReads() throws InterruptedException {
        Readers readers = machine.readers();
        List<SwapReport> reports;
        try (readers) {
            reports = machine.swapUnder(readers, 20, 500, "xhcid", "usbscsid", "pcid");
        }
        ContainerMachine.print("drivers", readers, reports);
        assertThat(readers.problems()).isEmpty();
        assertThat(readers.served()).isGreaterThanOrEqualTo(10_000);
        assertThat(reports).hasSize(20);
    }
}
