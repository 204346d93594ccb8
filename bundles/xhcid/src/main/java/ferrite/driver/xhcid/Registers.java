package ferrite.driver.xhcid;

import ferrite.hw.bus.PciBusOperation;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CompletionHandler;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.SubmissionQueueEntry;

/// Memory-mapped registers: the only file that touches a BAR.
///
/// Reads wait for the device. Writes are posted: they go into the ring and are not waited for; the ring keeps their
/// order, also towards later reads. A write that fails shows at the next [#reap].
final class Registers {
    /// What a read gives where no device answers.
    static final int NOBODY = -1;

    private static final int REAP_MAX = 256;

    private final ConsumerInstance bridge;
    private final long window;
    private final long bytes;
    private final CompletionHandler onPosted = this::posted;
    private long firstFailure;

    /// @param bridge ring to the host bridge
    /// @param window its file `window/…`
    /// @param bytes size of the window
    Registers(ConsumerInstance bridge, long window, long bytes) {
        this.bridge = bridge;
        this.window = window;
        this.bytes = bytes;
    }

    ConsumerInstance bridge() {
        return bridge;
    }

    long window() {
        return window;
    }

    long bytes() {
        return bytes;
    }

    /// Reads 32 bits at a multiple of 4.
    ///
    /// @throws SchemeException ENODEV if the device is gone, EFAULT for an offset outside of the BAR
    int read32(long offset) {
        check(offset, Integer.BYTES);
        var answer = bridge.call(SubmissionQueueEntry.of(PciBusOperation.MEMORY_READ)
                .withFd(window)
                .withAddress(offset, Integer.BYTES));
        answer.valueOrThrow("read register 0x" + Long.toHexString(offset));
        return (int) answer.extra();
    }

    /// Posts 32 bits.
    void write32(long offset, int value) {
        post(offset, Integer.BYTES, value & 0xFFFF_FFFFL);
    }

    /// Posts 64 bits, as one access.
    void write64(long offset, long value) {
        post(offset, Long.BYTES, value);
    }

    /// Takes answers of posted writes.
    ///
    /// @throws SchemeException with the error of the first write that failed
    void reap() {
        bridge.reap(onPosted, REAP_MAX);
        if (firstFailure != 0) {
            throw new SchemeException(Errno.of(firstFailure).orElse(Errno.EIO), "register write");
        }
    }

    private void post(long offset, int length, long value) {
        check(offset, length);
        SubmissionQueueEntry entry =
                new SubmissionQueueEntry(PciBusOperation.MEMORY_WRITE, 0, 0, 0, window, length, 0, offset, 0, value, 0);
        while (!bridge.submit(entry)) {
            // Full: let the bridge take some.
            bridge.enter(1);
            reap();
        }
    }

    private void check(long offset, int length) {
        if (offset < 0 || offset > bytes - length) {
            throw new SchemeException(
                    Errno.EFAULT, "register 0x" + Long.toHexString(offset) + " outside of " + bytes + " bytes");
        }
    }

    private void posted(CompletionQueueEntry completion) {
        if (completion.isError() && firstFailure == 0) {
            firstFailure = completion.status();
        }
    }
}
