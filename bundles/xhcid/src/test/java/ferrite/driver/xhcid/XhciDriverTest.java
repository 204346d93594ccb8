package ferrite.driver.xhcid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.hw.usb.SetupPacket;
import ferrite.hw.usb.XhcidOperation;
import ferrite.hw.xhci.EndpointState;
import ferrite.hw.xhci.Trb;
import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.ring.Opcode;
import ferrite.spi.scheme.OpenFlags;
import ferrite.testkit.TestSettings;
import ferrite.testkit.fake.FakeContext;
import ferrite.testkit.fake.FakeRequest;
import ferrite.testkit.fake.FakeSocket;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The whole driver against a small controller.
class XhciDriverTest {
    private static final String SCHEME = "usb.pci-00.04.00_xhci";
    private static final int IN_DCI = 3;
    private static final int OUT_DCI = 4;

    private final FakeSystem system = new FakeSystem();
    private final FakeContext context = new FakeContext("test", system::kernel);
    private FakeController controller = new FakeController(context, 32);
    private final FakeUsbDevice stick = new FakeUsbDevice();
    private final TestSettings settings = TestSettings.of(Map.of(
            "address",
            "0000:00:04.0",
            "name",
            "pci-00.04.00",
            "scheme",
            "pci",
            "drivers",
            List.of(TestSettings.of(Map.of("class", 8L, "subclass", 6L, "command", List.of("usbscsid"))))));
    private XhciDriver driver = new XhciDriver(context, settings);

    private void start(int port) {
        context.server("pci", system::pcid);
        context.server("hw.bridge0", controller);
        if (port > 0) {
            controller.plug(port, stick);
        }
        driver.start();
        poll();
    }

    private void poll() {
        int quiet = 0;
        while (quiet < 3) {
            quiet = driver.poll(64) == 0 ? quiet + 1 : 0;
        }
    }

    private FakeRequest polled(FakeRequest request) {
        poll();
        return request;
    }

    private FakeSocket usb() {
        return context.socket(SCHEME);
    }

    private long open(String path) {
        return polled(usb().open(path, path.endsWith("data") || path.endsWith("ctl") ? OpenFlags.RDWR : 0))
                .status();
    }

    private String text(String path) {
        long file = open(path);
        BufferSlice into = context.pool().acquire(4096, 1);
        long bytes = polled(usb().ask(Opcode.PREAD, file, into, 0)).status();
        return new String(into.segment().asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    /// Configures the stick and opens an endpoint.
    private long endpoint(int port, String address) {
        long ctl = open("port" + port + "/ctl");
        FakeRequest configure =
                FakeRequest.of(XhcidOperation.CONFIGURE).file(ctl).additional(1, 0);
        assertThat(polled(usb().ask(configure)).status()).isZero();
        return open("port" + port + "/endpoints/" + address + "/data");
    }

    private FakeRequest transfer(long file, BufferSlice data) {
        return usb().ask(FakeRequest.of(XhcidOperation.TRANSFER).file(file).buffer(data));
    }

    private FakeRequest resetEndpoint(long file) {
        return polled(usb().ask(FakeRequest.of(XhcidOperation.RESET_ENDPOINT).file(file)));
    }

    private BufferSlice buffer(int bytes) {
        return context.pool().acquire(bytes, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 64})
    void aDeviceIsBroughtUpAndItsDriverStarted(int contextBytes) {
        controller = new FakeController(context, contextBytes);
        start(1);
        assertThat(driver.isSettled()).isTrue();
        assertThat(text("")).isEqualTo("port1\n");
        assertThat(text("summary")).isEqualTo("Bus 002 Device 002: ID 1209:0001 Maker\n");
        assertThat(text("port1/state")).isEqualTo("addressed\n");
        assertThat(text("port1/descriptors")).contains("\"vendor\":4617", "\"manufacturer_str\":\"Maker\"");
        assertThat(system.spawned).containsExactly("""
            instance=usbscsid@pci-00.04.00_xhci-port1
            scheme=usb.pci-00.04.00_xhci
            port=1
            configuration=1
            interface=0
            alternate=0
            name=pci-00.04.00_xhci-port1
            """);
    }

    @Test
    void aUsb2PortIsResetFirst() {
        stick.device[2] = 0; // USB 2.0
        stick.device[3] = 2;
        stick.device[7] = 64;
        start(2);
        assertThat(text("tree")).contains("Bus 001.Port 001", "|__ Port 001: Dev 002, If 0, Class=Mass Storage");
    }

    @Test
    void anotherControlPacketSizeIsToldToTheController() {
        stick.device[7] = 8; // 2^8 is no size; 2^6 below
        start(1);
        assertThat(text("")).isEmpty();
        stick.device[7] = 6;
        controller.unplug(1);
        poll();
        controller.plug(1, stick);
        poll();
        assertThat(controller.commands).anyMatch(Trb.EvaluateContext.class::isInstance);
        assertThat(text("")).isEqualTo("port1\n");
    }

    @Test
    void theFirstFreeInterruptIsTakenAndWatched() {
        start(0);
        assertThat(system.opened).contains("irq:cpu-00/16", "irq:cpu-00/17", "memory:dma/0000:00:04.0");
        assertThat(system.interrupt).isPresent();
    }

    @Test
    void withoutMessageInterruptsItPolls() {
        system.hasMsix = false;
        start(1);
        assertThat(system.interrupt).isEmpty();
        assertThat(text("")).isEqualTo("port1\n");
    }

    @Test
    void aConfiguredDeviceHasItsEndpointsByAddress() {
        start(1);
        assertThat(text("port1/endpoints")).isEmpty();
        endpoint(1, "81");
        assertThat(text("port1/endpoints")).isEqualTo("81\n02\n");
        assertThat(text("port1/state")).isEqualTo("configured\n");
        assertThat(stick.requests).contains(SetupPacket.setConfiguration(1));
    }

    @Test
    void configuringAgainIsFineAndOtherwiseIsBusy() {
        start(1);
        endpoint(1, "81");
        int commands = controller.commands.size();
        endpoint(1, "81");
        assertThat(controller.commands).hasSize(commands);
        long ctl = open("port1/ctl");
        assertThat(polled(usb().ask(FakeRequest.of(XhcidOperation.CONFIGURE)
                                .file(ctl)
                                .additional(2, 0)))
                        .errno())
                .contains(Errno.EINVAL);
        assertThat(polled(usb().ask(FakeRequest.of(XhcidOperation.CONFIGURE)
                                .file(ctl)
                                .additional(1, 5)))
                        .errno())
                .contains(Errno.EINVAL);
    }

    @Test
    void aDeviceThatRefusesItsConfigurationIsDeconfigured() {
        stick.controlFailures.put(SetupPacket.SET_CONFIGURATION, FakeUsbDevice.STALL);
        start(1);
        long ctl = open("port1/ctl");
        FakeRequest configure =
                FakeRequest.of(XhcidOperation.CONFIGURE).file(ctl).additional(1, 0);
        assertThat(polled(usb().ask(configure)).errno()).contains(Errno.EPIPE);
        assertThat(text("port1/endpoints")).isEmpty();
        stick.controlFailures.clear();
        endpoint(1, "81");
    }

    @Test
    void transfersMoveDataInTheClientsOwnBytes() {
        start(1);
        BufferSlice in = buffer(200_000);
        assertThat(polled(transfer(endpoint(1, "81"), in)).status()).isEqualTo(200_000);
        assertThat(in.segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly(0x11);
        assertThat(polled(transfer(endpoint(1, "02"), buffer(100_000))).status())
                .isEqualTo(100_000);
        assertThat(polled(usb().ask(Opcode.PWRITE, endpoint(1, "02"), buffer(31), 0))
                        .status())
                .isEqualTo(31);
    }

    @Test
    void manyTransfersAreInFlightAndEndInOrder() {
        start(1);
        long file = endpoint(1, "81");
        List<FakeRequest> requests = new ArrayList<>();
        int[] allowed = {0};
        stick.pipes.put(0x81, data -> allowed[0]-- > 0 ? data.byteSize() : FakeUsbDevice.PENDING);
        for (int i = 0; i < 40; i++) {
            requests.add(transfer(file, buffer(1 << 20))); // 40 × 17 TRBs do not fit in the ring at once
        }
        poll();
        for (int done = 0; done < 40; done++) {
            assertThat(requests.stream().filter(request -> !request.isLive())).hasSize(done);
            allowed[0] = 1;
            controller.kick();
            poll();
            assertThat(requests.get(done).status()).isEqualTo(1 << 20);
        }
        assertThat(context.mapped().values()).noneMatch(slice -> slice.length() == 1 << 20);
    }

    @Test
    void theRingWrapsManyTimes() {
        start(1);
        long file = endpoint(1, "81");
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            int bytes = 1 + random.nextInt(300_000);
            assertThat(polled(transfer(file, buffer(bytes))).status()).isEqualTo(bytes);
        }
    }

    @Test
    void aShortPacketEndsTheTransferWithWhatCame() {
        start(1);
        long file = endpoint(1, "81");
        stick.pipes.put(0x81, data -> Math.min(70_000, data.byteSize()));
        for (int i = 0; i < 300; i++) {
            assertThat(polled(transfer(file, buffer(200_000))).status()).isEqualTo(70_000);
        }
    }

    @Test
    void aStallFailsWhatIsInTheRingUntilReset() {
        start(1);
        long file = endpoint(1, "81");
        stick.pipes.put(0x81, _ -> FakeUsbDevice.PENDING);
        FakeRequest first = transfer(file, buffer(512));
        FakeRequest second = transfer(file, buffer(13));
        poll();
        stick.pipes.put(0x81, _ -> FakeUsbDevice.STALL);
        controller.kick();
        poll();
        assertThat(first.errno()).contains(Errno.EPIPE);
        assertThat(second.errno()).contains(Errno.EPIPE);
        assertThat(polled(transfer(file, buffer(13))).errno()).contains(Errno.EPIPE);
        assertThat(controller.state(1, IN_DCI)).isEqualTo(EndpointState.HALTED);

        stick.pipes.put(0x81, data -> data.byteSize());
        assertThat(resetEndpoint(file).status()).isZero();
        assertThat(stick.requests.getLast()).isEqualTo(new SetupPacket(2, 1, 0, 0x81, 0));
        assertThat(polled(transfer(file, buffer(13))).status()).isEqualTo(13);
    }

    @Test
    void aRunningEndpointIsResetByDroppingAndAddingIt() {
        start(1);
        long file = endpoint(1, "02");
        stick.pipes.put(0x02, _ -> FakeUsbDevice.PENDING);
        FakeRequest stuck = transfer(file, buffer(31));
        poll();
        assertThat(resetEndpoint(file).status()).isZero();
        assertThat(stuck.errno()).contains(Errno.ECANCELED);
        stick.pipes.put(0x02, data -> data.byteSize());
        assertThat(polled(transfer(file, buffer(31))).status()).isEqualTo(31);
        assertThat(controller.commands)
                .anyMatch(trb -> trb instanceof Trb.ConfigureEndpoint command && !command.deconfigure());
    }

    @Test
    void aTransactionErrorIsAnIoError() {
        start(1);
        long file = endpoint(1, "81");
        stick.pipes.put(0x81, _ -> FakeUsbDevice.BROKEN);
        assertThat(polled(transfer(file, buffer(512))).errno()).contains(Errno.EIO);
        assertThat(polled(transfer(file, buffer(512))).errno()).contains(Errno.EPIPE);
    }

    @Test
    void theFirstTransferIsTakenBackAndTheSecondGoesOn() {
        start(1);
        long file = endpoint(1, "81");
        stick.pipes.put(0x81, _ -> FakeUsbDevice.PENDING);
        FakeRequest first = transfer(file, buffer(300_000));
        FakeRequest second = transfer(file, buffer(512));
        poll();
        usb().cancel(first);
        poll();
        assertThat(first.errno()).contains(Errno.ECANCELED);
        assertThat(second.isLive()).isTrue();
        stick.pipes.put(0x81, data -> data.byteSize());
        controller.kick();
        poll();
        assertThat(second.status()).isEqualTo(512);
    }

    @Test
    void aTransferInTheMiddleIsTakenBack() {
        start(1);
        long file = endpoint(1, "81");
        stick.pipes.put(0x81, _ -> FakeUsbDevice.PENDING);
        FakeRequest first = transfer(file, buffer(512));
        FakeRequest middle = transfer(file, buffer(300_000));
        FakeRequest last = transfer(file, buffer(13));
        poll();
        usb().cancel(middle);
        poll();
        assertThat(middle.errno()).contains(Errno.ECANCELED);
        stick.pipes.put(0x81, data -> data.byteSize());
        controller.kick();
        poll();
        assertThat(first.status()).isEqualTo(512);
        assertThat(last.status()).isEqualTo(13);
        assertThat(context.mapped().values()).noneMatch(slice -> slice.length() == 300_000);
    }

    @Test
    void aWaitingTransferIsTakenBackWithoutStoppingAnything() {
        start(1);
        long file = endpoint(1, "81");
        stick.pipes.put(0x81, _ -> FakeUsbDevice.PENDING);
        List<FakeRequest> requests = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            requests.add(transfer(file, buffer(1 << 20)));
        }
        poll();
        int commands = controller.commands.size();
        usb().cancel(requests.getLast());
        poll();
        assertThat(requests.getLast().errno()).contains(Errno.ECANCELED);
        assertThat(controller.commands).hasSize(commands);
    }

    @Test
    void unpluggingEndsEverythingWithNoDevice() {
        start(1);
        long in = endpoint(1, "81");
        long ctl = open("port1/ctl");
        stick.pipes.put(0x81, _ -> FakeUsbDevice.PENDING);
        FakeRequest pending = transfer(in, buffer(512));
        FakeRequest watch = usb().ask(FakeRequest.of(Opcode.REGISTER_EVENTS).file(ctl));
        poll();
        assertThat(watch.isLive()).isTrue();
        controller.unplug(1);
        poll();
        assertThat(pending.errno()).contains(Errno.ENODEV);
        assertThat(watch.errno()).contains(Errno.ENODEV);
        assertThat(polled(transfer(in, buffer(512))).errno()).contains(Errno.ENODEV);
        assertThat(text("")).isEmpty();
        assertThat(controller.commands.getLast()).isInstanceOf(Trb.DisableSlot.class);
    }

    @Test
    void anotherDeviceAtTheSamePortIsNotReachedByOldFiles() {
        start(1);
        long old = endpoint(1, "81");
        controller.unplug(1);
        poll();
        controller.plug(1, new FakeUsbDevice());
        poll();
        assertThat(polled(transfer(old, buffer(512))).errno()).contains(Errno.ENODEV);
        assertThat(polled(transfer(endpoint(1, "81"), buffer(512))).status()).isEqualTo(512);
        assertThat(system.spawned).hasSize(2);
    }

    @Test
    void memoryOfAnUnpluggedDeviceComesBack() {
        start(0);
        long before = context.pool().bytesInUse();
        int mapped = context.mapped().size();
        for (int i = 0; i < 5; i++) {
            controller.plug(1, new FakeUsbDevice());
            poll();
            controller.unplug(1);
            poll();
        }
        assertThat(context.pool().bytesInUse()).isEqualTo(before);
        assertThat(context.mapped()).hasSize(mapped);
    }

    @Test
    void controlRequestsOfClientsAreChecked() {
        start(1);
        long ctl = open("port1/ctl");
        FakeRequest good = FakeRequest.of(XhcidOperation.CONTROL)
                .file(ctl)
                .additional(SetupPacket.getDescriptor(1, 0, 0, 64).toLong(), 0)
                .buffer(buffer(64));
        assertThat(polled(usb().ask(good)).status()).isEqualTo(18); // short data stage
        FakeRequest wrongLength = FakeRequest.of(XhcidOperation.CONTROL)
                .file(ctl)
                .additional(SetupPacket.getDescriptor(1, 0, 0, 64).toLong(), 0)
                .buffer(buffer(18));
        assertThat(polled(usb().ask(wrongLength)).errno()).contains(Errno.EINVAL);
        FakeRequest address = FakeRequest.of(XhcidOperation.CONTROL)
                .file(ctl)
                .additional(SetupPacket.setAddress(5).toLong(), 0);
        assertThat(polled(usb().ask(address)).errno()).contains(Errno.EPERM);
    }

    @Test
    void aControlStallHealsItself() {
        start(1);
        long ctl = open("port1/ctl");
        FakeRequest refused = FakeRequest.of(XhcidOperation.CONTROL)
                .file(ctl)
                .additional(SetupPacket.getDescriptor(3, 9, 0, 8).toLong(), 0)
                .buffer(buffer(8));
        assertThat(polled(usb().ask(refused)).errno()).contains(Errno.EPIPE);
        FakeRequest good = FakeRequest.of(XhcidOperation.CONTROL)
                .file(ctl)
                .additional(SetupPacket.getDescriptor(1, 0, 0, 18).toLong(), 0)
                .buffer(buffer(18));
        assertThat(polled(usb().ask(good)).status()).isEqualTo(18);
    }

    @Test
    void badRequestsAreRefused() {
        start(1);
        long in = endpoint(1, "81");
        long ctl = open("port1/ctl");
        assertThat(polled(usb().ask(Opcode.PWRITE, in, buffer(8), 0)).errno()).contains(Errno.EBADF);
        assertThat(polled(transfer(ctl, buffer(8))).errno()).contains(Errno.EBADF);
        assertThat(polled(usb().ask(FakeRequest.of(XhcidOperation.TRANSFER).file(in)))
                        .errno())
                .contains(Errno.EFAULT);
        assertThat(polled(usb().ask(FakeRequest.of(200).file(in))).errno()).contains(Errno.ENOSYS);
        assertThat(polled(transfer(in, buffer(Endpoint.TRANSFER_BYTES_MAX + 1))).errno())
                .contains(Errno.EMSGSIZE);
        assertThat(polled(transfer(in, buffer(8).restrict(Access.READ))).errno())
                .contains(Errno.EACCES);
        assertThat(polled(usb().open("port1/endpoints/83/data", 0)).errno()).contains(Errno.ENOENT);
        assertThat(polled(usb().open("port2", 0)).errno()).contains(Errno.ENOENT);
        assertThat(polled(usb().open("port1", OpenFlags.RDWR)).errno()).contains(Errno.EISDIR);
        assertThat(polled(transfer(99, buffer(8))).errno()).contains(Errno.EBADF);
    }

    @Test
    void aDeviceWithSenselessDescriptorsIsLeftAlone() {
        stick.device = new byte[] {18, 9, 0, 0};
        start(1);
        assertThat(text("")).isEmpty();
        assertThat(driver.isSettled()).isTrue();
    }

    @Test
    void aDeafControllerFailsAfterATime() {
        context.server("pci", system::pcid);
        context.server("hw.bridge0", controller);
        controller.plug(1, stick);
        controller.deaf = true;
        driver.start();
        poll();
        assertThat(text("")).isEmpty();
        controller.deaf = false;
        controller.unplug(1);
        poll();
        controller.plug(1, stick);
        poll();
        assertThat(text("")).isEqualTo("port1\n");
    }

    private void swap() {
        PluginState state = driver.save();
        driver = new XhciDriver(context, settings);
        driver.restore(state);
    }

    @Test
    void transfersInFlightGoOnAcrossASwap() {
        start(1);
        long in = endpoint(1, "81");
        long ctl = open("port1/ctl");
        stick.pipes.put(0x81, _ -> FakeUsbDevice.PENDING);
        List<FakeRequest> requests = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            requests.add(transfer(in, buffer(1 << 20)));
        }
        FakeRequest watch = usb().ask(FakeRequest.of(Opcode.REGISTER_EVENTS).file(ctl));
        poll();
        assertThat(driver.isQuiet()).isTrue();

        swap();

        stick.pipes.put(0x81, data -> data.byteSize());
        controller.kick();
        poll();
        poll();
        assertThat(requests).allSatisfy(request -> assertThat(request.status()).isEqualTo(1 << 20));
        assertThat(watch.isLive()).isTrue();
        assertThat(polled(transfer(in, buffer(64))).status()).isEqualTo(64);
        controller.unplug(1);
        poll();
        assertThat(watch.errno()).contains(Errno.ENODEV);
    }

    @Test
    void eventsThatCameDuringTheSwapAreNotLost() {
        start(1);
        long in = endpoint(1, "81");
        stick.pipes.put(0x81, _ -> FakeUsbDevice.PENDING);
        FakeRequest request = transfer(in, buffer(512));
        poll();
        PluginState state = driver.save();
        stick.pipes.put(0x81, data -> data.byteSize());
        controller.kick();
        driver = new XhciDriver(context, settings);
        driver.restore(state);
        poll();
        assertThat(request.status()).isEqualTo(512);
    }

    @Test
    void aHaltedEndpointStaysHaltedAcrossASwap() {
        start(1);
        long in = endpoint(1, "81");
        stick.pipes.put(0x81, _ -> FakeUsbDevice.STALL);
        polled(transfer(in, buffer(512)));
        swap();
        assertThat(polled(transfer(in, buffer(512))).errno()).contains(Errno.EPIPE);
        stick.pipes.put(0x81, data -> data.byteSize());
        assertThat(resetEndpoint(in).status()).isZero();
        assertThat(polled(transfer(in, buffer(512))).status()).isEqualTo(512);
    }

    @Test
    void theIncumbentCanTakeItsOwnStateBack() {
        start(1);
        long in = endpoint(1, "81");
        PluginState state = driver.save();
        driver.restore(state);
        assertThat(polled(transfer(in, buffer(512))).status()).isEqualTo(512);
    }

    @Test
    void anotherVersionOfTheStateIsRefused() {
        assertThatThrownBy(() -> driver.restore(new PluginState(2, new byte[0])))
                .hasMessageContaining("EOPNOTSUPP");
    }

    /// A state with any bytes changed or cut either makes sense or is refused with an error of a scheme.
    @Test
    void hostileStatesAreRefused() {
        start(1);
        transfer(endpoint(1, "81"), buffer(512));
        byte[] good = driver.save().bytes();
        long seed = Long.getLong("SEED", System.nanoTime());
        Random random = new Random(seed);
        for (int run = 0; run < 1000; run++) {
            byte[] bad = run % 3 == 0 ? new byte[random.nextInt(2 * good.length)] : good.clone();
            if (run % 3 == 0) {
                random.nextBytes(bad);
            } else if (run % 3 == 1) {
                bad = Arrays.copyOf(bad, random.nextInt(bad.length));
            } else {
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                new XhciDriver(context, settings).restore(new PluginState(1, bad));
            } catch (SchemeException refused) {
                assertThat(refused.errno()).as("seed %d", seed).isIn(Errno.EBADMSG, Errno.EBADF, Errno.EINVAL);
            }
        }
    }

    @Test
    void onlyOneDoorbellIsRungForATurn() {
        start(1);
        long out = endpoint(1, "02");
        controller.doorbells.clear();
        transfer(out, buffer(31));
        transfer(out, buffer(512));
        poll();
        assertThat(controller.doorbells).containsExactly(1 << 8 | OUT_DCI);
    }
}
