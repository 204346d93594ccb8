package ferrite.device.pcihostbridge;

import ferrite.hw.bus.PciBusOperation;
import ferrite.hw.pci.ConfigSpace;
import ferrite.spi.error.Errno;
import ferrite.testkit.fake.FakeRequest;
import java.util.ArrayList;
import java.util.List;

/// A function with one 64-bit BAR of 16 KiB, whose memory remembers what was done.
final class FakeFunction {
    static final int BAR_BYTES = 0x4000;

    private final int id;
    private final int[] registers = new int[1024];
    private final List<String> accesses = new ArrayList<>();
    private boolean keeping;
    private final List<FakeRequest> kept = new ArrayList<>();

    FakeFunction(int id) {
        this.id = id;
        registers[0] = id << 16 | 0x1B36;
        registers[ConfigSpace.BAR0 / 4] = 4;
    }

    List<String> accesses() {
        return accesses;
    }

    /// Whether memory accesses are kept instead of answered.
    void keep(boolean on) {
        keeping = on;
    }

    void answerKept() {
        for (FakeRequest request : kept) {
            if (request.isLive()) {
                request.complete(0, 0x600D);
            }
        }
        kept.clear();
    }

    void serve(FakeRequest request) {
        switch (request.opcode()) {
            case PciBusOperation.CONFIG_READ -> request.complete(0, read((int) request.address(), request.length()));
            case PciBusOperation.CONFIG_WRITE -> {
                write((int) request.address(), request.length(), request.additional1());
                request.complete(0);
            }
            case PciBusOperation.MEMORY_READ -> {
                accesses.add("read " + Long.toHexString(request.address()) + "+" + request.length());
                if (keeping) {
                    kept.add(request);
                } else {
                    request.complete(0, id);
                }
            }
            case PciBusOperation.MEMORY_WRITE -> {
                accesses.add(
                        "write " + Long.toHexString(request.address()) + "=" + Long.toHexString(request.additional1()));
                request.complete(0);
            }
            case PciBusOperation.AWAIT_MESSAGE -> {}
            default -> request.fail(Errno.ENOSYS);
        }
    }

    private long read(int at, long length) {
        long word = registers[at / 4] & 0xFFFF_FFFFL;
        return word >>> (8 * (at & 3)) & (length == 4 ? 0xFFFF_FFFFL : (1L << (8 * length)) - 1);
    }

    private void write(int at, long length, long value) {
        int index = at / 4;
        if (index == ConfigSpace.COMMAND / 4) {
            registers[index] = (int) value & 0x7;
        } else if (index == ConfigSpace.BAR0 / 4 && length == 4) {
            registers[index] = ((int) value & -BAR_BYTES) | 4;
        } else if (index == ConfigSpace.BAR0 / 4 + 1 && length == 4) {
            registers[index] = (int) value;
        }
    }
}
