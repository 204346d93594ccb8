package ferrite.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.plugin.Layer;
import ferrite.spi.scheme.OpenFlags;
import ferrite.testkit.TestKernel;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Every scheme of the kernel's own, and one that a plug-in serves.
@Timeout(120)
class KernelSchemesConformanceTest {
    private static SchemeSubject subject(
            String scheme, @Nullable String directory, String file, @Nullable String missing, long flags) {
        TestKernel kernel = new TestKernel();
        return new SchemeSubject(kernel.application(), scheme, directory, file, missing, flags, kernel::close);
    }

    @Test
    void noSchemeOfTheKernelIsForgotten() {
        try (TestKernel kernel = new TestKernel()) {
            Set<String> served = new TreeSet<>(kernel.kernel().schemeNames());
            served.add(""); // the root scheme, which no listing names
            served.add(ConformanceServer.NAME.text());
            assertThat(SchemeCoverage.of(this)).containsExactlyInAnyOrderElementsOf(served);
        }
    }

    @Nested
    class Root implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            return subject("", "", "", null, OpenFlags.RDONLY);
        }
    }

    @Nested
    class Debug implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            return subject("debug", null, "", "nothing", OpenFlags.RDWR);
        }
    }

    @Nested
    class Event implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            return subject("event", null, "", null, OpenFlags.RDWR);
        }
    }

    @Nested
    class IoUring implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            return subject("io_uring", null, "instance", "nothing", OpenFlags.RDWR);
        }
    }

    @Nested
    class Irq implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            return subject("irq", "cpu-00", "msi", "cpu-00/9999", OpenFlags.RDWR);
        }
    }

    @Nested
    class Log implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            return subject("log", null, "", null, OpenFlags.RDWR);
        }
    }

    @Nested
    class Memory implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            return subject("memory", null, "stat", "nothing", OpenFlags.RDONLY);
        }
    }

    @Nested
    class Null implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            return subject("null", null, "", null, OpenFlags.RDWR);
        }
    }

    @Nested
    class Pipe implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            return subject("pipe", null, "", null, OpenFlags.RDONLY);
        }
    }

    @Nested
    class Proc implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            return subject("proc", "", "", "999999", OpenFlags.RDONLY);
        }
    }

    @Nested
    class Rand implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            return subject("rand", null, "", null, OpenFlags.RDONLY);
        }
    }

    @Nested
    class Spawn implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            return subject("spawn", null, "plugin", "a/b", OpenFlags.WRONLY);
        }
    }

    @Nested
    class Sys implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            return subject("sys", "", "uname", "nothing", OpenFlags.RDONLY);
        }
    }

    @Nested
    class Time implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            return subject("time", null, "4", "nothing", OpenFlags.RDWR);
        }
    }

    @Nested
    class ItimerScheme implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            return subject("itimer", null, "4", "nothing", OpenFlags.RDWR);
        }
    }

    @Nested
    class Zero implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            return subject("zero", null, "", null, OpenFlags.RDONLY);
        }
    }

    @Nested
    class OfAPlugin implements SchemeConformance {
        @Override
        public SchemeSubject openScheme() {
            TestKernel kernel = new TestKernel();
            kernel.launch("conformance", Layer.CONTROLLER_DRIVER, (context, _, _) -> new ConformanceServer(context));
            return new SchemeSubject(
                    kernel.application(), "conformance", null, "now", "nothing", OpenFlags.RDWR, kernel::close);
        }
    }
}
