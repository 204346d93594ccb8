package ferrite.testkit.conformance;

import ferrite.runtime.Application;
import ferrite.runtime.ContextLimits;
import ferrite.runtime.Kernel;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.plugin.Layer;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.scheme.SchemeName;
import ferrite.testkit.TestKernel;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.Timeout;

/// The context of an application.
@Timeout(60)
class ApplicationContextTest implements ContextConformance {
    private record Inside(Kernel machine, Application application) implements ContextSubject {
        @Override
        public Child startChild() {
            return ChildPlugin.launch(machine, application.id());
        }

        @Override
        public ConsumerInstance kernel() {
            return application.kernel();
        }

        @Override
        public BufferPool pool() {
            return application.pool();
        }

        @Override
        public ConsumerInstance connect(SchemeName scheme, RingParameters parameters) {
            return application.connect(scheme, parameters);
        }

        @Override
        public ConsumerInstance openRing(RingParameters parameters) {
            return application.openRing(parameters);
        }

        @Override
        public boolean await(BooleanSupplier condition, long timeoutNanos) {
            return application.await(condition, timeoutNanos);
        }
    }

    @Override
    public void inContext(ContextLimits limits, Consumer<ContextSubject> body) {
        try (TestKernel kernel = new TestKernel();
                Application application = kernel.kernel().openApplication("limited", limits)) {
            kernel.launch("conformance", Layer.CONTROLLER_DRIVER, (context, _, _) -> new ConformanceServer(context));
            body.accept(new Inside(kernel.kernel(), application));
        }
    }
}
