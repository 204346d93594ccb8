package ferrite.testkit;

import ferrite.runtime.Application;
import ferrite.runtime.Kernel;
import ferrite.runtime.KernelParameters;
import ferrite.runtime.LaunchSpec;
import ferrite.runtime.PluginFactory;
import ferrite.runtime.PluginInstance;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.plugin.Layer;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Stat;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The real kernel with one application, in a unit test. Freed memory is poisoned and checked.
///
/// ```java
/// try (TestKernel kernel = new TestKernel()) {
///     kernel.launch("hello", Layer.APPLICATION, (context, memory, pool) -> new HelloDriver(context));
///     assertThat(kernel.text("hello:")).isEqualTo("hello");
/// }
/// ```
public final class TestKernel implements AutoCloseable {
    private static final int CHUNK_BYTES = 65_536;

    private final Kernel kernel;
    private final Application application;

    public TestKernel() {
        kernel = Kernel.boot(new KernelParameters("test", 1L << 20, 256L << 20, true));
        application = kernel.openApplication("test");
    }

    public Kernel kernel() {
        return kernel;
    }

    /// The test's own context.
    public Application application() {
        return application;
    }

    /// Starts a plug-in under its own name.
    public PluginInstance launch(String name, Layer layer, PluginFactory factory) {
        return kernel.launch(new LaunchSpec(name, name, layer, Optional.empty()), factory);
    }

    /// Starts a device that masters a bus.
    ///
    /// @param busAddress `0000:00:04.0`
    public PluginInstance launchDevice(String name, Layer layer, String busAddress, PluginFactory factory) {
        return kernel.launch(new LaunchSpec(name, name, layer, Optional.of(busAddress)), factory);
    }

    /// Opens a path for reading and writing.
    ///
    /// @return the descriptor
    public long open(String path) {
        return application.kernel().open(application.pool(), path, OpenFlags.RDWR);
    }

    /// The whole file as bytes.
    public byte[] bytes(String path) {
        long fd = open(path);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try (BufferSlice buffer = application.pool().acquire(CHUNK_BYTES, 64)) {
            while (true) {
                long count = application.kernel().pread(fd, buffer, content.size());
                if (count == 0) {
                    return content.toByteArray();
                }
                content.writeBytes(buffer.segment().asSlice(0, count).toArray(ValueLayout.JAVA_BYTE));
            }
        } finally {
            application.kernel().closeFile(fd);
        }
    }

    /// The whole file as UTF-8 text.
    public String text(String path) {
        return new String(bytes(path), StandardCharsets.UTF_8);
    }

    /// What `Fstat` tells.
    public Stat stat(String path) {
        long fd = open(path);
        try (BufferSlice buffer = application.pool().acquire(Stat.BYTES, 8)) {
            application
                    .kernel()
                    .call(SubmissionQueueEntry.of(Opcode.FSTAT).withFd(fd), buffer)
                    .valueOrThrow("fstat " + path);
            return Stat.decode(buffer.segment(), 0);
        } finally {
            application.kernel().closeFile(fd);
        }
    }

    @Override
    public void close() {
        application.close();
        kernel.close();
    }
}
