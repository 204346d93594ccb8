package ferrite.testkit.tutorial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.runtime.PluginException;
import ferrite.runtime.PluginFactory;
import ferrite.runtime.PluginInstance;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.Layer;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.testkit.TestKernel;
import ferrite.testkit.TestSettings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CounterDeviceTest {
    private static final PluginFactory FACTORY =
            (context, _, _) -> new CounterDevice(context, TestSettings.of(Map.of("name", "counter0")));

    private TestKernel kernel;
    private PluginInstance device;
    private long fd;

    @BeforeEach
    void plugIn() {
        kernel = new TestKernel();
        device = kernel.launch("counter0", Layer.PERIPHERAL, FACTORY);
        fd = kernel.open("hw.counter0:");
    }

    @AfterEach
    void close() {
        kernel.close();
    }

    @Test
    void registerCounts() {
        call(CounterDevice.ADD, 40);
        call(CounterDevice.ADD, 2);
        assertThat(call(CounterDevice.READ, 0).extra()).isEqualTo(42);
    }

    @Test
    void unknownOperationIsNotImplemented() {
        assertThat(call(200, 0).status()).isEqualTo(Errno.ENOSYS.status());
    }

    @Test
    void countSurvivesASwap() {
        call(CounterDevice.ADD, 7);
        device.swap(FACTORY, Duration.ofSeconds(1));
        assertThat(call(CounterDevice.READ, 0).extra()).isEqualTo(7);
    }

    @Test
    void successorThatRefusesTheStateLeavesTheOldDeviceInPlace() {
        call(CounterDevice.ADD, 7);
        PluginFactory refusing = (context, _, _) -> {
            CounterDevice successor = new CounterDevice(context, TestSettings.of(Map.of("name", "counter0")));
            successor.restore(new PluginState(1, new byte[3]));
            return successor;
        };
        assertThatThrownBy(() -> device.swap(refusing, Duration.ofSeconds(1)))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("3 bytes")
                .hasCauseInstanceOf(SchemeException.class);
        assertThat(call(CounterDevice.READ, 0).extra()).isEqualTo(7);
    }

    private CompletionQueueEntry call(int opcode, long argument) {
        return kernel.application()
                .kernel()
                .call(SubmissionQueueEntry.of(opcode).withFd(fd).withAdditional(argument, 0));
    }
}
