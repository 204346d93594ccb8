package ferrite.testkit.conformance;

import ferrite.runtime.Kernel;
import ferrite.runtime.KernelParameters;
import ferrite.runtime.LaunchSpec;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.plugin.Layer;
import java.lang.reflect.Method;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The pool that a plug-in has, which runs each test while it starts: its caches are for its own turns.
class PluginPoolTest implements BufferPoolConformance {
    private @Nullable BufferPool pool;

    @RegisterExtension
    final InvocationInterceptor insideOfThePlugin = new InvocationInterceptor() {
        @Override
        public void interceptTestMethod(
                Invocation<Void> test, ReflectiveInvocationContext<Method> method, ExtensionContext context)
                throws Throwable {
            AtomicReference<Throwable> failure = new AtomicReference<>();
            launch(subject -> {
                pool = subject.pool();
                try {
                    test.proceed();
                } catch (Throwable failed) { // also that the test is not applicable
                    failure.set(failed);
                }
            });
            if (failure.get() != null) {
                throw failure.get();
            }
        }
    };

    private static void launch(Consumer<ContextSubject> body) {
        try (Kernel kernel = Kernel.boot(new KernelParameters("test", 1L << 20, 256L << 20, false))) {
            kernel.launch(
                    new LaunchSpec("client", "client", Layer.CLASS_DRIVER, Optional.empty()),
                    (context, _, _) -> new ContextBody(kernel, context, body, _ -> {}));
        }
    }

    @Override
    public BufferPool openPool() {
        return Objects.requireNonNull(pool);
    }
}
