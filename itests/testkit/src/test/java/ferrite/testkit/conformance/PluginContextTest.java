package ferrite.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.runtime.ContextLimits;
import ferrite.runtime.LaunchSpec;
import ferrite.spi.plugin.Layer;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.testkit.TestKernel;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The context of a plug-in, which runs the tests while it starts.
@Timeout(60)
class PluginContextTest implements ContextConformance {
    @Override
    public void inContext(ContextLimits limits, Consumer<ContextSubject> body) {
        try (TestKernel kernel = new TestKernel()) {
            kernel.launch("conformance", Layer.CONTROLLER_DRIVER, (context, _, _) -> new ConformanceServer(context));
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Consumer<ContextSubject> caught = context -> {
                try {
                    body.accept(context);
                } catch (RuntimeException | AssertionError failed) {
                    failure.set(failed);
                }
            };
            LaunchSpec client = new LaunchSpec("client", "client", Layer.CLASS_DRIVER, Optional.empty(), 0, limits);
            kernel.kernel()
                    .launch(client, (context, _, _) -> new ContextBody(kernel.kernel(), context, caught, _ -> {}));
            if (failure.get() instanceof AssertionError failed) {
                throw failed;
            }
            if (failure.get() instanceof RuntimeException failed) {
                throw failed;
            }
        }
    }

    @Test
    void answerOfASchemeGivesTheAskerATurn() throws InterruptedException {
        assertThat(comesBackInATurn(PluginContextTest::straight, ConformanceServer.note(1)))
                .isTrue();
    }

    @Test
    void answerOfTheRingItselfGivesTheAskerATurn() throws InterruptedException {
        assertThat(comesBackInATurn(PluginContextTest::straight, SubmissionQueueEntry.of(Opcode.NOP)))
                .isTrue();
    }

    @Test
    void refusalByTheRingGivesTheAskerATurn() throws InterruptedException {
        assertThat(comesBackInATurn(
                        context -> {
                            ConsumerInstance ring = straight(context);
                            ring.restrict(Opcode.NOP.code());
                            return ring;
                        },
                        ConformanceServer.note(1)))
                .isTrue();
    }

    @Test
    void answerBehindADrainGivesTheAskerATurn() throws InterruptedException {
        assertThat(comesBackInATurn(
                        PluginContextTest::straight,
                        SubmissionQueueEntry.of(Opcode.NOP).withFlags(SqeFlags.DRAIN)))
                .isTrue();
    }

    @Test
    void answerOfTheKernelGivesTheAskerATurn() throws InterruptedException {
        assertThat(comesBackInATurn(ContextSubject::kernel, SubmissionQueueEntry.of(Opcode.NOP)))
                .isTrue();
    }

    private static ConsumerInstance straight(ContextSubject context) {
        return context.connect(ConformanceServer.NAME, RingParameters.DEFAULT);
    }

    /// A plug-in submits in one turn, returns, and must get another turn in which the completion is there.
    private static boolean comesBackInATurn(Function<ContextSubject, ConsumerInstance> open, SubmissionQueueEntry entry)
            throws InterruptedException {
        CountDownLatch came = new CountDownLatch(1);
        AtomicReference<ConsumerInstance> ring = new AtomicReference<>();
        Consumer<ContextSubject> turn = context -> {
            if (ring.get() == null) {
                ring.set(open.apply(context));
                ring.get().submit(entry);
            } else if (ring.get().reap((CompletionQueueEntry _) -> {}, 10) > 0) {
                came.countDown();
            }
        };
        try (TestKernel kernel = new TestKernel()) {
            kernel.launch("conformance", Layer.CONTROLLER_DRIVER, (context, _, _) -> new ConformanceServer(context));
            kernel.launch(
                    "client",
                    Layer.CLASS_DRIVER,
                    (context, _, _) -> new ContextBody(kernel.kernel(), context, _ -> {}, turn));
            return came.await(3, TimeUnit.SECONDS);
        }
    }
}
