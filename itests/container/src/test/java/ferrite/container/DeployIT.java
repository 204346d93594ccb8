package ferrite.container;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.container.machine.Client;
import ferrite.container.machine.ContainerMachine;
import ferrite.container.machine.Reactor;
import ferrite.runtime.plugin.Deployment;
import ferrite.runtime.plugin.InstancePlan;
import ferrite.runtime.plugin.InstanceStarter;
import ferrite.spi.error.Errno;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;

/// Drivers come and go while their device stays.
@OnMachine(without = {"xhcid", "usbscsid"})
class DeployIT {
    private final ContainerMachine machine = ContainerMachine.current();
    private final Deployment deployment = machine.part(Deployment.class);

    @Test
    void driversThatComeLateGetTheWaitingDeviceAndClientsOfThoseThatLeaveGetEnodev() {
        assertThat(waitingFor()).containsExactly("xhcid");

        Bundle xhcid = install("xhcid");
        assertThat(waitingFor()).containsExactly("usbscsid");
        assertThat(machine.disks()).isEmpty();

        Bundle usbscsid = install("usbscsid");
        assertThat(waitingFor()).isEmpty();
        try (Client client = client()) {
            assertReads(client);
            deployment.remove(usbscsid);
            assertThat(client.tryRead(0).status()).isEqualTo(Errno.ENODEV.status());
        }
        assertThat(machine.disks()).isEmpty();
        assertThat(waitingFor()).containsExactly("usbscsid");

        install("usbscsid");
        try (Client client = client()) {
            assertReads(client);
            deployment.remove(xhcid);
            assertThat(client.tryRead(0).status()).isEqualTo(Errno.ENODEV.status());
        }

        install("xhcid");
        try (Client client = client()) {
            assertReads(client);
        }
    }

    private Bundle install(String plugin) {
        Bundle bundle = deployment.install(Reactor.plugin(plugin));
        machine.awaitSettled();
        return bundle;
    }

    private Client client() {
        return new Client(machine.kernel(), machine.disk(), 0);
    }

    private void assertReads(Client client) {
        assertThat(client.all()).isEqualTo(machine.image().bytes());
    }

    private Iterable<String> waitingFor() {
        return machine.part(InstanceStarter.class).waiting().stream()
                .map(InstancePlan::plugin)
                .toList();
    }
}
