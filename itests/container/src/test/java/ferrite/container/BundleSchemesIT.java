package ferrite.container;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.container.machine.DiskImage;
import ferrite.container.machine.Reactor;
import ferrite.hw.bus.PciBusOperation;
import ferrite.hw.bus.UsbOperation;
import ferrite.runtime.Application;
import ferrite.runtime.boot.EmbeddedMachine;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import ferrite.testkit.TestKernel;
import ferrite.testkit.conformance.SchemeConformance;
import ferrite.testkit.conformance.SchemeCoverage;
import ferrite.testkit.conformance.SchemeSubject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The schemes that the bundles serve behave as schemes: on the default machine with the application of the tutorial,
/// and, for the devices, on the same machine without drivers, which would not survive what a test does to their device.
@Timeout(120)
class BundleSchemesIT {
    private static final String DISK = "disk.pci-00.04.00_xhci-port1_scsi";
    private static final String APPLICATION = """

            [[driver]]
            plugin = "app-blockcat"
            path = "%s:0"
            """.formatted(DISK);

    /// Where the drivers begin in the machine file.
    private static final String DRIVERS = "# pcid finds";

    private static @Nullable EmbeddedMachine machine;
    private static @Nullable EmbeddedMachine devices;

    @BeforeAll
    static void start() throws IOException {
        String whole = Files.readString(Reactor.source("assembly/machines/usb-stick.toml"));
        assertThat(whole).contains(DRIVERS);
        machine = start("whole", whole + APPLICATION);
        devices = start("devices", whole.substring(0, whole.indexOf(DRIVERS)));
    }

    private static EmbeddedMachine start(String name, String machineFile) throws IOException {
        Path folder = Reactor.scratch("BundleSchemesIT-" + name);
        List<Path> plugins = Stream.concat(Reactor.plugins().stream(), Reactor.applications().stream())
                .toList();
        EmbeddedMachine started = EmbeddedMachine.start(
                Files.writeString(folder.resolve("machine.toml"), machineFile),
                DiskImage.in(folder).file(),
                Reactor.source("assembly/conf"),
                plugins,
                folder.resolve("plugins"));
        assertThat(started.awaitSettled(Duration.ofSeconds(30))).isTrue();
        return started;
    }

    @AfterAll
    static void stop() {
        Objects.requireNonNull(machine).close();
        Objects.requireNonNull(devices).close();
    }

    @Test
    void noSchemeOfABundleIsForgotten() {
        Set<String> served =
                new TreeSet<>(Objects.requireNonNull(machine).kernel().schemeNames());
        try (TestKernel kernel = new TestKernel()) {
            served.removeAll(kernel.kernel().schemeNames());
        }
        assertThat(SchemeCoverage.of(this)).containsExactlyInAnyOrderElementsOf(served);
    }

    private static SchemeSubject subject(String scheme, @Nullable String directory, String file, String missing) {
        return subject(machine, scheme, directory, file, missing);
    }

    private static SchemeSubject subject(
            @Nullable EmbeddedMachine of, String scheme, @Nullable String directory, String file, String missing) {
        Application application = Objects.requireNonNull(of).kernel().openApplication("conformance");
        return new SchemeSubject(application, scheme, directory, file, missing, OpenFlags.RDONLY, application::close);
    }

    private static SchemeSubject device(String scheme, SubmissionQueueEntry alive) {
        Application application = Objects.requireNonNull(devices).kernel().openApplication("conformance");
        return SchemeSubject.withoutFiles(application, scheme, alive, application::close);
    }

    @Nested
    class Blockcat implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            return subject("blockcat", null, "crc32", "missing");
        }
    }

    @Nested
    class Bridge implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            return subject(devices, "hw.bridge0", "", "resources", "missing");
        }
    }

    @Nested
    class Controller implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            return device(
                    "hw.xhci0",
                    SubmissionQueueEntry.of(PciBusOperation.CONFIG_READ).withAddress(0, 4));
        }
    }

    @Nested
    class Disk implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            return subject(DISK, "", "0", "9");
        }
    }

    @Nested
    class File implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            // The image itself is the stick's; the machine exports nothing else.
            return subject("file", "", "", "missing");
        }
    }

    @Nested
    class Pci implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            return subject("pci", "", "summary", "bus/77");
        }
    }

    @Nested
    class Stick implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            return device("hw.stick0", SubmissionQueueEntry.of(UsbOperation.PORT_STATUS));
        }
    }

    @Nested
    class Usb implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            return subject("usb.pci-00.04.00_xhci", "", "summary", "port9");
        }
    }
}
