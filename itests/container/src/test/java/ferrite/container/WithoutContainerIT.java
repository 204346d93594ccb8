package ferrite.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.client.Entries;
import ferrite.client.Handle;
import ferrite.client.RequestFuture;
import ferrite.client.SubmissionContext;
import ferrite.client.file.FerriteFileSystemProvider;
import ferrite.client.file.Session;
import ferrite.client.file.Sessions;
import ferrite.container.machine.Client;
import ferrite.container.machine.ContainerMachine;
import ferrite.container.machine.DiskImage;
import ferrite.container.machine.Reactor;
import ferrite.container.machine.Readers;
import ferrite.runtime.Application;
import ferrite.runtime.SwapReport;
import ferrite.runtime.boot.EmbeddedMachine;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The same jars without OSGi.
class WithoutContainerIT {
    private static final String DISK = "disk.pci-00.04.00_xhci-port1_scsi:0";

    private DiskImage image;
    private EmbeddedMachine machine;

    @BeforeEach
    void start() {
        Path folder = Reactor.scratch("WithoutContainerIT");
        image = DiskImage.in(folder);
        machine = EmbeddedMachine.start(
                Reactor.source("assembly/machines/usb-stick.toml"),
                image.file(),
                Reactor.source("assembly/conf"),
                Reactor.plugins(),
                folder.resolve("plugins"));
        assertThat(machine.awaitSettled(Duration.ofSeconds(30))).isTrue();
    }

    @AfterEach
    void stop() {
        machine.close();
    }

    @Test
    void theDiskHoldsWhatTheImageHolds() {
        try (Client client = new Client(machine.kernel(), DISK, OpenFlags.RDONLY)) {
            assertThat(client.all()).isEqualTo(image.bytes());
        }
    }

    @Test
    void theDiskIsAFileToOrdinaryJava() throws IOException {
        Sessions sessions = () -> {
            Application app = machine.kernel().openApplication("nio");
            return Session.of(app.kernel(), app.pool(), app::close);
        };
        URI uri = URI.create("ferrite://machine/" + DISK.replace(':', '/'));
        try (FileSystem mounted = FileSystems.newFileSystem(
                URI.create("ferrite://machine/"), Map.of(FerriteFileSystemProvider.SESSIONS, sessions))) {
            assertThat(mounted.isOpen()).isTrue();
            assertThat(Files.mismatch(Path.of(uri), image.file())).isEqualTo(-1);
        }
    }

    @Test
    void silentLinksOfAChainAreKnownByTheLastAndTheirFailuresTold() {
        try (Application app = machine.kernel().openApplication("chain");
                ferrite.client.Reactor reactor =
                        ferrite.client.Reactor.builder(app.pool()).build()) {
            Handle silent = reactor.handle(reactor.addPrimary(app.kernel(), RingParameters.DEFAULT))
                    .with(SubmissionContext.DEFAULT.withSkipSuccess());
            long fd = app.kernel().open(app.pool(), "sys:uname", OpenFlags.RDONLY);
            SubmissionQueueEntry seek = Entries.on(Opcode.SEEK, fd).withOffset(2);
            SubmissionQueueEntry invalid = seek.withAdditional(9, 0);
            List<RequestFuture<Long>> good =
                    silent.chain().then(seek).then(seek).then(seek).submit();
            List<RequestFuture<Long>> bad =
                    silent.chain().then(seek).then(invalid).then(seek).submit();
            for (int turns = 0; turns < 100; turns++) {
                reactor.poll(64);
            }
            assertThat(good).extracting(RequestFuture::join).containsExactly(0L, 0L, 2L);
            assertThat(bad.get(0)).isCompletedWithValue(0L);
            assertThatThrownBy(() -> bad.get(1).join()).hasMessageContaining("EINVAL");
            assertThatThrownBy(() -> bad.get(2).join()).hasMessageContaining("ECANCELED");
        }
    }

    @Test
    void whatIsWrittenAndFlushedIsInTheImage() throws IOException {
        byte[] block = new byte[4096];
        new Random(1).nextBytes(block);
        try (Client client = new Client(machine.kernel(), DISK, OpenFlags.RDWR)) {
            client.write(1 << 20, block);
        }
        byte[] expected = image.bytes();
        System.arraycopy(block, 0, expected, 1 << 20, block.length);
        assertThat(Arrays.mismatch(Files.readAllBytes(image.file()), expected)).isEqualTo(-1);
    }

    @Test
    void driverAndDeviceAreSwappedUnderLoad() throws InterruptedException {
        Readers readers = Readers.start(machine.kernel(), DISK, image);
        List<SwapReport> reports = new ArrayList<>();
        try (readers) {
            for (String plugin : List.of("xhcid", "xhci-controller")) {
                readers.awaitMore(500);
                reports.addAll(machine.swap(plugin, Reactor.plugin(plugin)));
            }
            readers.awaitMore(500);
        }
        ContainerMachine.print("without a container", readers, reports);
        assertThat(readers.problems()).isEmpty();
        assertThat(reports).hasSize(2);
    }
}
