package ferrite.driver.xhcid;

import ferrite.hw.pci.Capability;
import ferrite.hw.pci.CapabilityUpdate;
import ferrite.hw.pci.PcidOperation;
import ferrite.hw.pci.PlacedCapability;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.context.Context;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemePath;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Our function at pcid: its BARs and its interrupt capabilities. Needed at start only.
final class PciFunctionClient implements AutoCloseable {
    private static final RingParameters RING = new RingParameters(8, 16);
    private static final int PAGE_ELEMENTS = 8;
    private static final int ELEMENTS_MAX = 256;
    private static final int PATH_BYTES_MAX = 4096;

    private final BufferPool pool;
    private final ConsumerInstance ring;
    private final String address;
    private final long control;

    PciFunctionClient(Context context, XhciNames names) {
        pool = context.pool();
        address = names.address();
        ring = context.connect(new SchemeName(names.busScheme()), RING);
        control = ring.open(pool, address + "/ctl", OpenFlags.RDWR);
    }

    /// Full path of a BAR's window.
    SchemePath barPath(int index) {
        long file = ring.open(pool, address + "/bar" + index, OpenFlags.RDONLY);
        try (BufferSlice slice = pool.acquire(PATH_BYTES_MAX, 1)) {
            long bytes = Math.min(ring.pread(file, slice, 0), slice.length());
            byte[] path = slice.segment().asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE);
            return SchemePath.parse(new String(path, StandardCharsets.UTF_8).strip());
        } finally {
            ring.closeFile(file);
        }
    }

    /// All capabilities, page by page.
    List<Capability> capabilities() {
        List<Capability> found = new ArrayList<>();
        try (BufferSlice page = pool.acquire((long) PAGE_ELEMENTS * PlacedCapability.BYTES, Long.BYTES)) {
            long left;
            do {
                // The buffer takes the entry's address and length, so the range travels in the additional fields.
                var answer = ring.call(
                        entry(PcidOperation.FETCH_ALL_CAPABILITIES).withAdditional(found.size(), PAGE_ELEMENTS), page);
                long count = answer.valueOrThrow("capabilities of " + address);
                if (count < 0 || count > PAGE_ELEMENTS) {
                    throw new SchemeException(Errno.EPROTO, "pcid wrote " + count + " capabilities");
                }
                for (int i = 0; i < count; i++) {
                    found.add(PlacedCapability.decode(page.segment(), (long) i * PlacedCapability.BYTES)
                            .capability());
                }
                left = count == 0 ? 0 : answer.extra();
            } while (left > 0 && found.size() < ELEMENTS_MAX);
        }
        return found;
    }

    void set(CapabilityUpdate update) {
        try (BufferSlice slice = pool.acquire(CapabilityUpdate.BYTES, Long.BYTES)) {
            update.encode(slice.segment(), 0);
            ring.call(entry(PcidOperation.SET_CAPABILITY), slice).valueOrThrow("set capability of " + address);
        }
    }

    private SubmissionQueueEntry entry(int opcode) {
        return SubmissionQueueEntry.of(opcode).withFd(control).withSyscallFlags(PcidOperation.INTERFACE_VERSION);
    }

    @Override
    public void close() {
        ring.close();
    }
}
