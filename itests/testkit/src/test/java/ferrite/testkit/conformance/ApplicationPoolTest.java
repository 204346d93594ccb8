package ferrite.testkit.conformance;

import ferrite.spi.buffer.BufferPool;
import ferrite.testkit.TestKernel;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;

/// The pool that an application has, with freed bytes poisoned.
class ApplicationPoolTest implements BufferPoolConformance {
    private final Deque<TestKernel> kernels = new ArrayDeque<>();

    @Override
    public BufferPool openPool() {
        TestKernel kernel = new TestKernel();
        kernels.add(kernel);
        return kernel.application().pool();
    }

    @AfterEach
    void close() {
        kernels.forEach(TestKernel::close);
        kernels.clear();
    }
}
