package ferrite.container;

import ferrite.container.machine.DiskImage;
import ferrite.container.machine.Reactor;
import ferrite.runtime.Application;
import ferrite.runtime.boot.EmbeddedMachine;
import ferrite.spi.scheme.OpenFlags;
import ferrite.testkit.conformance.SchemeConformance;
import ferrite.testkit.conformance.SchemeSubject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Timeout;

/// The schemes that the bundles of the default machine serve behave as schemes.
@Timeout(120)
class BundleSchemesIT {
    private static @Nullable EmbeddedMachine machine;

    @BeforeAll
    static void start() {
        Path folder = Reactor.scratch("BundleSchemesIT");
        EmbeddedMachine started = EmbeddedMachine.start(
                Reactor.source("assembly/machines/usb-stick.toml"),
                DiskImage.in(folder).file(),
                Reactor.source("assembly/conf"),
                Reactor.plugins(),
                folder.resolve("plugins"));
        machine = started;
        started.awaitSettled(Duration.ofSeconds(30));
    }

    @AfterAll
    static void stop() {
        Objects.requireNonNull(machine).close();
    }

    private static SchemeSubject subject(String scheme, @Nullable String directory, String file, String missing) {
        Application application = Objects.requireNonNull(machine).kernel().openApplication("conformance");
        return new SchemeSubject(application, scheme, directory, file, missing, OpenFlags.RDONLY, application::close);
    }

    @Nested
    class Disk implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            return subject("disk.pci-00.04.00_xhci-port1_scsi", "", "0", "9");
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
    class Usb implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            return subject("usb.pci-00.04.00_xhci", "", "summary", "port9");
        }
    }
}
