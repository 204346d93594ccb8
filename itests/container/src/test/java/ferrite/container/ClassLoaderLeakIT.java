package ferrite.container;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.container.machine.Client;
import ferrite.container.machine.ContainerMachine;
import ferrite.container.machine.Reactor;
import ferrite.runtime.plugin.Deployment;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What was replaced leaves memory.
@OnMachine
class ClassLoaderLeakIT {
    private static final int SWAPS = 50;
    private static final int COLLECTIONS_MAX = 50;

    private final ContainerMachine machine = ContainerMachine.current();

    @Test
    void loadersOfReplacedDriversAreCollected() throws InterruptedException {
        assertThat(leftAfterSwapsOf("usbscsid")).isZero();
        assertDiskIsRight();
    }

    @Test
    void loadersOfReplacedDevicesAreCollected() throws InterruptedException {
        assertThat(leftAfterSwapsOf("usb-stick")).isZero();
        assertDiskIsRight();
    }

    /// How many of the old loaders are still there after at most [#COLLECTIONS_MAX] collections.
    private long leftAfterSwapsOf(String plugin) throws InterruptedException {
        List<WeakReference<ClassLoader>> old = new ArrayList<>();
        for (int i = 0; i < SWAPS; i++) {
            old.add(new WeakReference<>(machine.build(plugin).layer().loader()));
            machine.part(Deployment.class).swap(plugin, Reactor.plugin(plugin));
        }
        for (int i = 0; i < COLLECTIONS_MAX && left(old) > 0; i++) {
            System.gc();
            Thread.sleep(20);
        }
        return left(old);
    }

    private static long left(List<WeakReference<ClassLoader>> loaders) {
        return loaders.stream().filter(loader -> loader.get() != null).count();
    }

    private void assertDiskIsRight() {
        try (Client client = new Client(machine.kernel(), machine.disk(), 0)) {
            assertThat(client.all()).isEqualTo(machine.image().bytes());
        }
    }
}
