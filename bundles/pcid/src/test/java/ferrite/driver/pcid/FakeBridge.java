package ferrite.driver.pcid;

import ferrite.hw.bus.PciBusOperation;
import ferrite.hw.pci.Bar;
import ferrite.hw.pci.Capability;
import ferrite.hw.pci.ConfigSpace;
import ferrite.hw.pci.PciAddress;
import ferrite.hw.pci.PciClass;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.Opcode;
import ferrite.testkit.fake.FakeRequest;
import ferrite.testkit.fake.FakeRing;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// A host bridge with functions that a test describes.
final class FakeBridge implements FakeRing.Server {
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long RESOURCES = 1;
    private static final long ECAM = 2;

    final Map<PciAddress, Function> functions = new HashMap<>();
    String resources = "memory 0xe0000000 0x10000000\nbuses 0x0 0x3\n";

    /// Configuration space of one function: BAR bits below the size cannot be written.
    static final class Function {
        final byte[] bytes = new byte[ConfigSpace.EXTENDED_BYTES];
        final MemorySegment space = MemorySegment.ofArray(bytes);
        private final int[] barMask = new int[Bar.COUNT];
        private final int[] barFlags = new int[Bar.COUNT];
        int writesWhileDecoding;

        Function id(int vendor, int device) {
            space.set(U16, ConfigSpace.VENDOR_ID, (short) vendor);
            space.set(U16, ConfigSpace.DEVICE_ID, (short) device);
            return this;
        }

        Function code(PciClass code) {
            space.set(U32, ConfigSpace.REVISION_ID, code.code() << 8 | 1);
            return this;
        }

        Function header(int type) {
            bytes[ConfigSpace.HEADER_TYPE] = (byte) type;
            return this;
        }

        Function command(int bits) {
            space.set(U16, ConfigSpace.COMMAND, (short) bits);
            return this;
        }

        int command() {
            return space.get(U16, ConfigSpace.COMMAND) & 0xFFFF;
        }

        /// Places a BAR; what `Bar` says of address and size holds.
        Function bar(int index, Bar bar) {
            for (int i = 0; i < bar.registers(); i++) {
                long mask = bar.sizingMask() >>> Integer.SIZE * i;
                int flags = i > 0 ? 0 : (int) bar.sizingMask() & (bar instanceof Bar.Io ? 3 : 0xF);
                barMask[index + i] = (int) mask & ~flags;
                barFlags[index + i] = flags;
                space.set(U32, ConfigSpace.BAR0 + 4L * (index + i), (int) (bar.raw() >>> Integer.SIZE * i));
            }
            return this;
        }

        int barRegister(int index) {
            return space.get(U32, ConfigSpace.BAR0 + 4L * index);
        }

        Function capability(int at, Capability capability) {
            bytes[ConfigSpace.STATUS] |= (byte) ConfigSpace.STATUS_CAPABILITIES;
            if (bytes[ConfigSpace.CAPABILITIES_POINTER] == 0) {
                bytes[ConfigSpace.CAPABILITIES_POINTER] = (byte) at;
            }
            capability.encode(space, at);
            return this;
        }

        void write(int register, int length, long value) {
            int bar = (register - ConfigSpace.BAR0) / 4;
            if (register >= ConfigSpace.BAR0 && bar < Bar.COUNT) {
                boolean decodes = (command() & ConfigSpace.COMMAND_MEMORY) != 0;
                writesWhileDecoding += decodes ? 1 : 0;
                space.set(U32, register, (int) value & barMask[bar] | barFlags[bar]);
                return;
            }
            for (int i = 0; i < length; i++) {
                bytes[register + i] = (byte) (value >>> 8 * i);
            }
        }

        long read(int register, int length) {
            long value = 0;
            for (int i = 0; i < length; i++) {
                value |= (bytes[register + i] & 0xFFL) << 8 * i;
            }
            return value;
        }
    }

    Function add(String address) {
        Function function = new Function().id(0x1B36, 0x000D).code(PciClass.XHCI);
        functions.put(PciAddress.parse(address), function);
        return function;
    }

    Function get(String address) {
        return Objects.requireNonNull(functions.get(PciAddress.parse(address)));
    }

    @Override
    public void take(FakeRequest sent) {
        if (sent.is(Opcode.OPEN)) {
            sent.complete(sent.text().equals("ecam") ? ECAM : RESOURCES);
        } else if (sent.is(Opcode.PREAD)) {
            byte[] text = resources.getBytes(StandardCharsets.UTF_8);
            MemorySegment.copy(text, 0, sent.buffer().segment(), ValueLayout.JAVA_BYTE, 0, text.length);
            sent.complete(text.length);
        } else if (sent.is(Opcode.CLOSE)) {
            sent.complete(0);
        } else if (sent.entry().fd() != ECAM) {
            sent.fail(Errno.EBADF);
        } else {
            config(sent);
        }
    }

    private void config(FakeRequest sent) {
        long address = sent.entry().address();
        int length = (int) sent.entry().length();
        Function function = functions.get(PciAddress.fromEcam(0, address));
        int register = (int) address & ConfigSpace.EXTENDED_BYTES - 1;
        switch (sent.entry().opcode()) {
            case PciBusOperation.CONFIG_READ ->
                sent.complete(0, function == null ? -1L >>> 64 - 8 * length : function.read(register, length));
            case PciBusOperation.CONFIG_WRITE -> {
                if (function != null) {
                    function.write(register, length, sent.entry().additional1());
                }
                sent.complete(0);
            }
            default -> sent.fail(Errno.ENOSYS);
        }
    }
}
