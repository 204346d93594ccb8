package ferrite.testkit.conformance;

import ferrite.runtime.Application;
import ferrite.runtime.Kernel;
import ferrite.runtime.KernelParameters;
import ferrite.spi.buffer.BufferPool;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;

/// The pool that an application has, as it runs: freed bytes are not touched.
class PlainPoolTest implements BufferPoolConformance {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @Override
    public BufferPool openPool() {
        Kernel kernel = Kernel.boot(new KernelParameters("test", 1L << 20, 256L << 20, false));
        Application application = kernel.openApplication("test");
        open.push(kernel);
        open.push(application);
        return application.pool();
    }

    @AfterEach
    void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }
}
