package ferrite.runtime;

import static ferrite.runtime.Caller.assertErrno;
import static ferrite.runtime.Caller.entry;
import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.Layer;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.SchemeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NamespaceTest {
    private Kernel kernel;
    private Application application;
    private Caller app;

    @BeforeEach
    void boot() {
        kernel = Kernel.boot(KernelParameters.DEFAULT);
        application = kernel.openApplication("test");
        app = new Caller(application);
    }

    @AfterEach
    void close() {
        application.close();
        kernel.close();
    }

    @Test
    void aContextReachesOnlyWhatItsNamespaceNames() {
        enter(make("sys\npipe\n"));
        assertThat(app.text(":").lines()).containsExactly("pipe", "sys");
        assertThat(app.text("sys:uname")).startsWith("Ferrite");
        assertErrno(Errno.ENODEV, () -> app.open("time:4"));
    }

    @Test
    void theEmptyNamespaceReachesNothing() {
        enter(0);
        assertErrno(Errno.ENODEV, () -> app.open("sys:uname"));
        assertErrno(Errno.ENODEV, () -> app.open(":"));
    }

    @Test
    void whatIsOpenStaysOpen() {
        long pipe = app.open("pipe:");
        enter(0);
        long writer = app.dup(pipe, "write");
        assertThat(app.write(writer, "still")).isEqualTo(5);
        assertThat(app.read(pipe, 10)).isEqualTo("still");
    }

    @Test
    void aNamespaceCannotBeWidened() {
        long large = make("sys\ntime");
        long small = make("sys");
        enter(small);
        assertThat(enterStatus(large)).isEqualTo(Errno.EPERM.status());
        assertThat(enterStatus(1)).isEqualTo(Errno.EPERM.status());
        assertThat(app.status(entry(Opcode.MKNS), "time")).isEqualTo(Errno.ENOENT.status());
        assertErrno(Errno.ENODEV, () -> app.open("time:4"));
        enter(small);
        enter(0);
        assertThat(enterStatus(small)).isEqualTo(Errno.EPERM.status());
    }

    @Test
    void namesThatNobodyServesMakeNoNamespace() {
        assertThat(app.status(entry(Opcode.MKNS), "sys\nnothing")).isEqualTo(Errno.ENOENT.status());
        assertThat(app.status(entry(Opcode.MKNS))).isEqualTo(Errno.EFAULT.status());
    }

    @Test
    void nobodyEntersWhatAnotherMadeOrNobodyDid() {
        long mine = make("sys");
        try (Application other = kernel.openApplication("other")) {
            assertThat(new Caller(other).status(entry(Opcode.SETRENS).withAdditional(mine, 0)))
                    .isEqualTo(Errno.EPERM.status());
        }
        assertThat(enterStatus(4_711)).isEqualTo(Errno.EPERM.status());
        assertThat(enterStatus(-1)).isEqualTo(Errno.EPERM.status());
        assertThat(enterStatus((1L << 32) + 1)).isEqualTo(Errno.EPERM.status());
    }

    @Test
    void aContextMakesAtMostSixtyFourNamespaces() {
        for (int i = 0; i < 64; i++) {
            assertThat(make("sys")).isGreaterThan(1);
        }
        assertThat(app.status(entry(Opcode.MKNS), "sys")).isEqualTo(Errno.ENOSPC.status());
        try (Application other = kernel.openApplication("other")) {
            assertThat(new Caller(other).status(entry(Opcode.MKNS), "sys")).isGreaterThan(1);
        }
    }

    @Test
    void aSandboxedContextRegistersNoScheme() {
        enter(make("sys"));
        assertErrno(Errno.EACCES, () -> app.open(":mine", OpenFlags.CREAT | OpenFlags.RDWR));
    }

    @Test
    void aSandboxedDriverGoesOnServingWhatItServes() {
        List<Errno> refusals = new ArrayList<>();
        FolderPlugin[] made = new FolderPlugin[1];
        kernel.launch(new LaunchSpec("folder", "folder", Layer.BRIDGE, Optional.empty()), (context, _, _) -> {
            made[0] = new FolderPlugin(context, "folder");
            return new ScriptPlugin(
                    () -> {
                        made[0].start();
                        new Caller(context).status(entry(Opcode.SETRENS));
                        try {
                            context.serve(new SchemeName("another"));
                        } catch (SchemeException refused) {
                            refusals.add(refused.errno());
                        }
                    },
                    () -> made[0].poll(64));
        });
        made[0].put("a", "served");
        assertThat(app.text("folder:a")).isEqualTo("served");
        assertThat(refusals).containsExactly(Errno.EACCES);
    }

    @Test
    void aRingIsConnectedOnlyToWhatTheNamespaceNames() {
        FolderPlugin.launch(kernel, "folder", Layer.BRIDGE);
        ScriptPlugin.in(kernel, "client", Layer.CLASS_DRIVER, context -> {
            Caller caller = new Caller(context);
            context.connect(new SchemeName("folder"), RingParameters.DEFAULT).close();
            assertThat(caller.status(entry(Opcode.SETRENS))).isZero();
            assertErrno(Errno.ENODEV, () -> context.connect(new SchemeName("folder"), RingParameters.DEFAULT));
        });
    }

    @Test
    void childrenInheritTheNamespaceOfTheirParent() {
        int parent = app.id();
        enter(make("proc\nsys"));
        kernel.launch(
                new LaunchSpec("child", "child", Layer.BRIDGE, Optional.empty(), parent, null),
                (context, _, _) -> new ScriptPlugin(
                        () -> assertThat(new Caller(context).text(":").lines()).containsExactly("proc", "sys"),
                        () -> 0));
    }

    @Test
    void aSchemeIsWithdrawnByItsServerAlone() {
        FolderPlugin.launch(kernel, "folder", Layer.BRIDGE);
        assertThat(app.status(entry(Opcode.UNLINK), ":folder")).isEqualTo(Errno.EACCES.status());
        assertThat(app.status(entry(Opcode.UNLINK), ":time")).isEqualTo(Errno.EACCES.status());
        assertThat(app.status(entry(Opcode.UNLINK), ":nothing")).isEqualTo(Errno.ENOENT.status());
        app.open(":mine", OpenFlags.CREAT | OpenFlags.RDWR);
        assertThat(app.status(entry(Opcode.UNLINK), ":mine")).isZero();
        assertThat(app.text(":").lines()).doesNotContain("mine").contains("folder");
    }

    @Test
    void theConsoleIsNotForSandboxedContexts() {
        enter(make("debug"));
        assertErrno(Errno.EPERM, () -> app.open("debug:"));
    }

    private long make(String names) {
        return app.status(entry(Opcode.MKNS), names);
    }

    private long enterStatus(long number) {
        return app.status(entry(Opcode.SETRENS).withAdditional(number, 0));
    }

    private void enter(long number) {
        assertThat(enterStatus(number)).isZero();
    }
}
