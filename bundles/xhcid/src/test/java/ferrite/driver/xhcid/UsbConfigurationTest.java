package ferrite.driver.xhcid;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.hw.Octets;
import ferrite.hw.usb.UsbSpeed;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UsbConfigurationTest {
    @Test
    void interfacesAlternatesAndEndpointsFormATree() {
        byte[] bytes = {
            9,
            2,
            57,
            0,
            1,
            7,
            0,
            0,
            0,
            7,
            5,
            (byte) 0x85,
            2,
            0,
            2,
            0, // an endpoint of nobody
            9,
            4,
            3,
            0,
            0,
            1,
            2,
            3,
            0,
            9,
            4,
            3,
            1,
            1,
            1,
            2,
            3,
            0,
            4,
            0x24,
            1,
            2, // something of its class
            7,
            5,
            (byte) 0x81,
            3,
            8,
            0,
            4,
            6,
            48,
            2,
            0,
            0,
            0,
        };
        UsbConfiguration configuration = UsbConfiguration.parse(bytes).orElseThrow();
        assertThat(configuration.header().value()).isEqualTo(7);
        assertThat(configuration.interfaces()).hasSize(2);
        assertThat(configuration.defaults()).hasSize(1);
        UsbConfiguration.EndpointEntry endpoint =
                configuration.find(3, 1).orElseThrow().endpoints().getFirst();
        assertThat(endpoint.address().bits()).isEqualTo(0x81);
        assertThat(endpoint.companion().maxBurst()).isEqualTo(2);
        assertThat(configuration.find(3, 2)).isEmpty();
    }

    @Test
    void anythingElseIsNoConfiguration() {
        assertThat(UsbConfiguration.parse(new byte[0])).isEmpty();
        assertThat(UsbConfiguration.parse(new byte[] {9})).isEmpty();
        assertThat(UsbConfiguration.parse(new byte[] {9, 4, 0, 0, 0, 0, 0, 0, 0}))
                .isEmpty();
    }

    /// No bytes make the parser, the endpoint contexts or the listings fail.
    @Test
    void hostileBytesAreHarmless() {
        long seed = Long.getLong("SEED", System.nanoTime());
        Random random = new Random(seed);
        byte[] device = new FakeUsbDevice().device;
        for (int run = 0; run < 2_000; run++) {
            byte[] bytes = run % 2 == 0 ? new byte[random.nextInt(120)] : new FakeUsbDevice().configuration;
            if (run % 2 == 0) {
                random.nextBytes(bytes);
            }
            for (int i = 0; i < 4 && bytes.length > 0; i++) {
                bytes[random.nextInt(bytes.length)] =
                        (byte) (random.nextBoolean() ? random.nextInt(10) : random.nextInt());
            }
            DeviceInfo info = DeviceInfo.of(Octets.of(device), List.of(Octets.of(bytes)), List.of("\"", "\\", ""))
                    .orElseThrow();
            assertThat(DescriptorJson.of(info)).as("seed %d", seed).endsWith("]}\n");
            info.configurations().stream()
                    .flatMap(configuration -> configuration.interfaces().stream())
                    .flatMap(alternate -> alternate.endpoints().stream())
                    .filter(UsbConfiguration.EndpointEntry::isUsable)
                    .forEach(endpoint -> {
                        for (UsbSpeed speed : UsbSpeed.values()) {
                            assertThat(EndpointPlan.of(endpoint, speed, 0).interval())
                                    .as("seed %d", seed)
                                    .isBetween(0, 15);
                        }
                    });
        }
    }

    @Test
    void intervalsBecomeExponentsOfMicroframes() {
        assertThat(EndpointPlan.interval(4, UsbSpeed.HIGH)).isEqualTo(3);
        assertThat(EndpointPlan.interval(0, UsbSpeed.SUPER)).isZero();
        assertThat(EndpointPlan.interval(10, UsbSpeed.FULL))
                .as("10 ms, 2^6 microframes are 8 ms")
                .isEqualTo(6);
        assertThat(EndpointPlan.interval(255, UsbSpeed.LOW)).isEqualTo(10);
    }
}
