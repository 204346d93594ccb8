package ferrite.driver.pcid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.hw.pci.Bar;
import ferrite.hw.pci.Capability;
import ferrite.hw.pci.CapabilityUpdate;
import ferrite.hw.pci.ConfigSpace;
import ferrite.hw.pci.FunctionConfig;
import ferrite.hw.pci.PciClass;
import ferrite.hw.pci.PcidOperation;
import ferrite.hw.pci.PlacedCapability;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.ring.Opcode;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Stat;
import ferrite.testkit.TestSettings;
import ferrite.testkit.fake.FakeContext;
import ferrite.testkit.fake.FakeRequest;
import ferrite.testkit.fake.FakeSocket;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PciDriverTest {
    private static final Map<String, Object> XHCID =
            Map.of("name", "xHCI", "class", 12L, "subclass", 3L, "command", List.of("xhcid"));

    private final FakeKernel kernel = new FakeKernel();
    private final FakeContext context = new FakeContext("test", kernel);
    private final FakeBridge bridge = new FakeBridge();
    private final TestSettings settings =
            TestSettings.of(Map.of("bridge", "bridge0", "drivers", List.of(TestSettings.of(XHCID))));
    private PciDriver driver = new PciDriver(context, settings);

    @BeforeEach
    void describeTheMachine() {
        context.server("hw.bridge0", bridge);
        bridge.add("00:00.0").code(PciClass.HOST_BRIDGE);
        bridge.add("00:04.0")
                .bar(0, new Bar.Memory64(0, 16 << 10, false))
                .capability(0x90, new Capability.Msix(0xA0, 15, 0x3000, 0x3800))
                .capability(0xA0, new Capability.Unknown(0x10, 0));
    }

    private FakeRequest polled(FakeRequest request) {
        driver.poll(64);
        return request;
    }

    private FakeRequest open(String path, long flags) {
        return polled(context.socket("pci").open(path, flags));
    }

    private String read(String path) {
        long file = open(path, OpenFlags.RDONLY).status();
        BufferSlice into = context.pool().acquire(8192, 1);
        long bytes =
                polled(context.socket("pci").ask(Opcode.PREAD, file, into, 0)).status();
        return new String(into.segment().asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    private FakeRequest control(int opcode, long first, long second, BufferSlice buffer) {
        long file = open("0000:00:04.0/ctl", OpenFlags.RDWR).status();
        return polled(context.socket("pci")
                .ask(FakeRequest.of(opcode)
                        .file(file)
                        .syscallFlags(1)
                        .additional(first, second)
                        .buffer(buffer)));
    }

    @Test
    void aMatchedFunctionIsPreparedAndItsDriverStarted() {
        driver.start();
        FakeBridge.Function function = bridge.get("00:04.0");
        assertThat(function.barRegister(0)).isEqualTo(0xE000_0004);
        assertThat(function.command()).isEqualTo(ConfigSpace.COMMAND_MEMORY | ConfigSpace.COMMAND_BUS_MASTER);
        assertThat(kernel.spawned)
                .containsExactly(
                        "spawn:xhcid",
                        "instance=xhcid@0000:00:04.0\naddress=0000:00:04.0\nname=pci-00.04.00\nscheme=pci\n");
    }

    @Test
    void itIsSettledWhenAllStartsAreAnswered() {
        kernel.answersLate = true;
        driver.start();
        assertThat(driver.isSettled()).isFalse();
        assertThat(driver.isQuiet()).isFalse();
        kernel.writes.getFirst().fail(Errno.EEXIST);
        driver.poll(64);
        assertThat(driver.isSettled()).isTrue();
        assertThat(driver.isQuiet()).isTrue();
        assertThat(context.pool().live()).isEmpty();
    }

    @Test
    void theTreeIsServed() {
        driver.start();
        assertThat(read("")).isEqualTo("0000:00:00.0\n0000:00:04.0\n");
        assertThat(read("0000:00:04.0")).isEqualTo("config\nctl\nbar0\n");
        assertThat(read("0000:00:04.0/bar0")).isEqualTo("hw.bridge0:window/e0000000/4000");
        assertThat(read("summary").lines()).hasSize(2).last().asString().startsWith("00:04.0 USB controller");
        assertThat(read("0000:00:04.0/config")).hasSizeGreaterThan(0).startsWith("6\u001b".substring(0, 1));
    }

    @Test
    void aPieceOfConfigurationSpaceNeedsNoAlignment() {
        driver.start();
        long file = open("0000:00:04.0/config", OpenFlags.RDONLY).status();
        BufferSlice into = context.pool().acquire(3, 1);
        assertThat(polled(context.socket("pci").ask(Opcode.PREAD, file, into, 1))
                        .status())
                .isEqualTo(3);
        assertThat(into.segment().toArray(ValueLayout.JAVA_BYTE)).containsExactly(0x1B, 0x0D, 0x00);
        assertThat(polled(context.socket("pci").ask(Opcode.PREAD, file, into, 4095))
                        .status())
                .isEqualTo(1);
        assertThat(polled(context.socket("pci").ask(Opcode.PREAD, file, into, 4096))
                        .status())
                .isZero();
    }

    @Test
    void badOpensAreRefused() {
        driver.start();
        assertThat(open("nonsense", 0).errno()).contains(Errno.ENOENT);
        assertThat(open("0000:00:09.0/ctl", 0).errno()).contains(Errno.ENOENT);
        assertThat(open("0000:00:04.0/bar1", 0).errno()).contains(Errno.ENOENT);
        assertThat(open("0000:00:04.0/bar9", 0).errno()).contains(Errno.ENOENT);
        assertThat(open("", OpenFlags.RDWR).errno()).contains(Errno.EISDIR);
        assertThat(open("summary", OpenFlags.DIRECTORY).errno()).contains(Errno.ENOTDIR);
        assertThat(open("summary", OpenFlags.WRONLY).errno()).contains(Errno.EACCES);
    }

    @Test
    void filesBelongToTheRingThatOpenedThem() {
        driver.start();
        long file = open("summary", OpenFlags.RDONLY).status();
        BufferSlice into = context.pool().acquire(Stat.BYTES, 1);
        FakeRequest foreign =
                FakeRequest.of(Opcode.FSTAT).file(file).buffer(into).ring(8);
        assertThat(polled(context.socket("pci").ask(foreign)).errno()).contains(Errno.EBADF);
        context.socket("pci").detach(FakeRequest.RING);
        assertThat(polled(context.socket("pci").ask(Opcode.FSTAT, file, into, 0))
                        .errno())
                .contains(Errno.EBADF);
    }

    @Test
    void theConfigurationIsFetched() {
        driver.start();
        BufferSlice into = context.pool().acquire(FunctionConfig.BYTES, 8);
        assertThat(control(PcidOperation.FETCH_CONFIG, 0, 0, into).status()).isZero();
        FunctionConfig config = FunctionConfig.decode(into.segment(), 0);
        assertThat(config.bars()).element(0).isEqualTo(new Bar.Memory64(0xE000_0000L, 16 << 10, false));
        assertThat(control(PcidOperation.FETCH_CONFIG, 0, 0, into.slice(0, 100)).errno())
                .contains(Errno.EINVAL);
    }

    @Test
    void capabilitiesAreFetchedPageByPage() {
        driver.start();
        BufferSlice into = context.pool().acquire(PlacedCapability.BYTES, 8);
        FakeRequest first = control(PcidOperation.FETCH_ALL_CAPABILITIES, 0, 1, into);
        assertThat(first.status()).isEqualTo(1);
        assertThat(first.extra()).isEqualTo(1);
        assertThat(PlacedCapability.decode(into.segment(), 0).offset()).isEqualTo(0x90);
        FakeRequest second = control(PcidOperation.FETCH_ALL_CAPABILITIES, 1, 1, into);
        assertThat(second.extra()).isZero();
        assertThat(PlacedCapability.decode(into.segment(), 0).offset()).isEqualTo(0xA0);
        assertThat(control(PcidOperation.FETCH_ALL_CAPABILITIES, 2, 1, into).status())
                .isZero();
        assertThat(control(PcidOperation.FETCH_ALL_CAPABILITIES, 3, 1, into).errno())
                .contains(Errno.EINVAL);
        assertThat(control(PcidOperation.FETCH_ALL_CAPABILITIES, 0, 2, into).errno())
                .contains(Errno.EINVAL);
        assertThat(control(PcidOperation.FETCH_ALL_CAPABILITIES, -1, 1, into).errno())
                .contains(Errno.EINVAL);
    }

    @Test
    void oneCapabilityIsFetchedById() {
        driver.start();
        BufferSlice into = context.pool().acquire(PlacedCapability.BYTES, 8);
        assertThat(control(PcidOperation.GET_CAPABILITY, 0x11, 0, into).status())
                .isZero();
        assertThat(PlacedCapability.decode(into.segment(), 0).capability()).isInstanceOf(Capability.Msix.class);
        assertThat(control(PcidOperation.GET_CAPABILITY, 0x05, 0, into).errno()).contains(Errno.ENOENT);
    }

    @Test
    void aCapabilityIsSet() {
        driver.start();
        BufferSlice update = context.pool().acquire(CapabilityUpdate.BYTES, 8);
        new CapabilityUpdate.Msix(1, true, false).encode(update.segment(), 0);
        assertThat(control(PcidOperation.SET_CAPABILITY, 0, 0, update).status()).isZero();
        assertThat(read("details")).contains("MSI-X: Enable+ Count=16");
    }

    @Test
    void otherVersionsOpcodesAndFilesAreRefused() {
        driver.start();
        BufferSlice into = context.pool().acquire(FunctionConfig.BYTES, 8);
        long ctl = open("0000:00:04.0/ctl", OpenFlags.RDWR).status();
        long summary = open("summary", OpenFlags.RDONLY).status();
        FakeSocket pci = context.socket("pci");
        assertThat(polled(pci.ask(FakeRequest.of(128).file(ctl).syscallFlags(2).buffer(into)))
                        .errno())
                .contains(Errno.ENOSYS);
        assertThat(polled(pci.ask(FakeRequest.of(140).file(ctl).syscallFlags(1).buffer(into)))
                        .errno())
                .contains(Errno.ENOSYS);
        assertThat(polled(pci.ask(FakeRequest.of(128)
                                .file(summary)
                                .syscallFlags(1)
                                .buffer(into)))
                        .errno())
                .contains(Errno.EBADF);
        assertThat(polled(pci.ask(FakeRequest.of(128).file(ctl).syscallFlags(1)))
                        .errno())
                .contains(Errno.EFAULT);
    }

    @Test
    void aSuccessorHasTheSameFilesAndFunctions() {
        driver.start();
        long summary = open("summary", OpenFlags.RDONLY).status();
        long ctl = open("0000:00:04.0/ctl", OpenFlags.RDWR).status();
        String before = read("details");
        PluginState state = driver.save();
        int spawned = kernel.spawned.size();

        driver = new PciDriver(context, settings);
        driver.restore(state);

        BufferSlice into = context.pool().acquire(FunctionConfig.BYTES, 8);
        FakeSocket pci = context.socket("pci");
        assertThat(polled(pci.ask(FakeRequest.of(128).file(ctl).syscallFlags(1).buffer(into)))
                        .status())
                .isZero();
        assertThat(polled(pci.ask(Opcode.PREAD, summary, into, 0)).status()).isPositive();
        assertThat(read("details")).isEqualTo(before);
        assertThat(open("summary", 0).status()).isGreaterThan(ctl);
        assertThat(kernel.spawned).hasSize(spawned);
        assertThat(driver.save().bytes().length).isGreaterThanOrEqualTo(state.bytes().length);
    }

    @Test
    void anotherVersionOfTheStateIsRefused() {
        assertThatThrownBy(() -> driver.restore(new PluginState(2, new byte[0])))
                .hasMessageContaining("EOPNOTSUPP");
    }

    /// A state with any bytes changed or cut either makes sense or is refused; nothing else happens.
    @Test
    void hostileStatesAreRefused() {
        driver.start();
        open("summary", OpenFlags.RDONLY);
        byte[] good = driver.save().bytes();
        long seed = Long.getLong("SEED", System.nanoTime());
        Random random = new Random(seed);
        for (int run = 0; run < 2000; run++) {
            byte[] bad = run % 3 == 0 ? new byte[random.nextInt(300)] : good.clone();
            if (run % 3 == 0) {
                random.nextBytes(bad);
            } else if (run % 3 == 1) {
                bad = java.util.Arrays.copyOf(bad, random.nextInt(bad.length));
            } else {
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                new PciDriver(context, settings).restore(new PluginState(1, bad));
            } catch (SchemeException refused) {
                assertThat(refused.errno()).as("seed %d", seed).isIn(Errno.EBADMSG, Errno.EBADF);
            }
        }
    }
}
