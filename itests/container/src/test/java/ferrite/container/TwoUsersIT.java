package ferrite.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.container.machine.Client;
import ferrite.container.machine.ContainerMachine;
import ferrite.container.machine.DiskImage;
import ferrite.container.machine.Reactor;
import ferrite.container.machine.SecondProgram;
import ferrite.runtime.boot.EmbeddedMachine;
import ferrite.runtime.plugin.Deployment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What one machine uses another cannot have.
@OnMachine
class TwoUsersIT {
    private static final int BOOT_FAILED = 3;

    private final ContainerMachine machine = ContainerMachine.current();
    private final Path scratch = Reactor.scratch("TwoUsersIT");

    @Test
    void anotherProcessOnTheSameDataFolderIsRefused() throws IOException, InterruptedException {
        Path disk = DiskImage.in(scratch).file();
        SecondProgram second = SecondProgram.settle(
                scratch.resolve("home"), "--data", machine.data().toString(), "--disk", disk.toString());
        assertThat(second.output())
                .contains("data folder " + machine.data() + " is in use by process "
                        + ProcessHandle.current().pid())
                .contains("--data DIR");
        assertThat(second.exitCode()).isEqualTo(BOOT_FAILED);
        assertOursGoesOn();
    }

    @Test
    void anotherProcessOnTheSameImageIsRefusedBeforeAndAfterASwapOfTheStick() throws IOException, InterruptedException {
        assertSameImageIsRefused("before");
        machine.part(Deployment.class).swap("usb-stick", Reactor.plugin("usb-stick"));
        assertSameImageIsRefused("after");
        assertOursGoesOn();
    }

    @Test
    void anotherMachineOfThisProcessOnTheSameImageIsRefused() {
        // Another image than that of the machine: see the limits in the README.
        Path disk = DiskImage.in(scratch).file();
        try (EmbeddedMachine first = embedded(disk, "first")) {
            assertThat(first.awaitSettled(Duration.ofSeconds(30))).isTrue();
            assertThatThrownBy(() -> embedded(disk, "second"))
                    .hasMessageContaining("stick0")
                    .hasMessageContaining("file:disk")
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void anotherProcessOnItsOwnFolderAndImageSettles() throws IOException, InterruptedException {
        SecondProgram second = SecondProgram.settle(
                scratch.resolve("home"),
                "--data",
                scratch.resolve("data").toString(),
                "--disk",
                DiskImage.in(scratch).file().toString());
        assertThat(second.output()).contains("settled after");
        assertThat(second.exitCode()).isZero();
    }

    private void assertSameImageIsRefused(String when) throws IOException, InterruptedException {
        SecondProgram second = SecondProgram.settle(
                scratch.resolve("home-" + when),
                "--data",
                scratch.resolve("data").toString(),
                "--disk",
                machine.image().file().toString());
        assertThat(second.output())
                .as(when)
                .contains("stick0")
                .contains("file:disk")
                .contains("in use");
        assertThat(second.exitCode()).isEqualTo(BOOT_FAILED);
    }

    private EmbeddedMachine embedded(Path disk, String name) {
        return EmbeddedMachine.start(
                Reactor.source("assembly/machines/usb-stick.toml"),
                disk,
                Reactor.source("assembly/conf"),
                Reactor.plugins(),
                scratch.resolve(name));
    }

    private void assertOursGoesOn() {
        try (Client client = new Client(machine.kernel(), machine.disk(), 0)) {
            assertThat(client.all()).isEqualTo(machine.image().bytes());
        }
    }
}
