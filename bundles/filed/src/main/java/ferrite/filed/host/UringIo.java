package ferrite.filed.host;

import ferrite.filed.linux.LinuxErrno;
import ferrite.filed.uring.HostSqe;
import ferrite.filed.uring.RegisteredBuffers;
import ferrite.filed.uring.Uring;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Transfers by the host's io_uring. What the host can do at once, such as a read from its page cache, is answered
/// in the turn in which it came.
///
/// A transfer has a slot while the host has it; the user data of its submission is the slot and how often the slot was
/// used. A cancellation is a submission of its own, whose completion says nothing that the transfer's does not.
public final class UringIo implements HostIo {
    private static final System.Logger LOG = System.getLogger(UringIo.class.getName());

    /// Transfers, and a cancellation of each.
    private static final int ENTRIES = 2 * TRANSFERS_MAX;

    private static final long CANCELLATION = -1;
    private static final int SLOT_BITS = 16;
    /// How often a transfer is handed over before it is given up: the host takes it back when a thread ends.
    private static final int ATTEMPTS_MAX = 100;

    private static final long CLOSE_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long CLOSE_STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long EFAULT = -14;

    private final Uring uring;
    private final RegisteredBuffers registered;
    private final ArrayDeque<Transfer> waiting = new ArrayDeque<>();
    private final @Nullable Transfer[] slots = new Transfer[TRANSFERS_MAX];
    private final int[] uses = new int[TRANSFERS_MAX];
    private final int[] free = new int[TRANSFERS_MAX];
    private int freeCount = TRANSFERS_MAX;
    private int cancellations;
    private int answered;
    private long transfers;
    private long registeredTransfers;

    private UringIo(Uring uring) {
        this.uring = uring;
        this.registered = new RegisteredBuffers(uring);
        for (int i = 0; i < TRANSFERS_MAX; i++) {
            free[i] = TRANSFERS_MAX - 1 - i;
        }
    }

    /// Opens a ring of the host.
    ///
    /// @throws SchemeException with the reason why the host has none for us
    public static UringIo open() {
        return new UringIo(Uring.open(ENTRIES));
    }

    @Override
    public void begin(Transfer transfer) {
        waiting.addLast(transfer);
    }

    @Override
    public boolean cancel(long request) {
        for (Iterator<Transfer> each = waiting.iterator(); each.hasNext(); ) {
            Transfer transfer = each.next();
            if (transfer.isOf(request)) {
                each.remove();
                transfer.end(Errno.ECANCELED.status());
                return true;
            }
        }
        for (Transfer transfer : slots) {
            if (transfer != null && transfer.isOf(request)) {
                callBack(transfer);
                return true;
            }
        }
        return false;
    }

    private void callBack(Transfer transfer) {
        if (!transfer.isCancelled()) {
            transfer.setCancelled();
            if (uring.prepare(HostSqe.cancel(userData(transfer.slot)), 0, CANCELLATION)) {
                cancellations++;
            } // else its own result comes
        }
    }

    private long userData(int slot) {
        return (long) uses[slot] << SLOT_BITS | slot;
    }

    @Override
    public int poll() {
        answered = 0;
        int before;
        do {
            before = answered;
            prepareWaiting();
            if (uring.prepared() > 0) {
                uring.submit();
            }
            if (freeCount < TRANSFERS_MAX || cancellations > 0) {
                uring.reap(this::completed);
            }
        } while (answered > before && !waiting.isEmpty());
        if (answered > 0 && inFlight() == 0) {
            registered.sweep();
        }
        return answered;
    }

    private void prepareWaiting() {
        while (!waiting.isEmpty() && freeCount > 0) {
            int slot = free[freeCount - 1];
            Transfer transfer = waiting.getFirst();
            uses[slot]++;
            if (!prepare(transfer, slot)) {
                return;
            }
            freeCount--;
            transfer.slot = slot;
            slots[slot] = transfer;
            waiting.removeFirst();
        }
    }

    private boolean prepare(Transfer transfer, int slot) {
        transfer.attempted();
        int fd = transfer.file().fd();
        if (transfer.kind() == Transfer.Kind.SYNC) {
            return uring.prepare(HostSqe.of(HostSqe.OP_FSYNC, fd), 0, userData(slot));
        }
        boolean read = transfer.kind() == Transfer.Kind.READ;
        int index = transfer.byAddress ? -1 : registered.indexOf(transfer.bytes());
        int opcode = read
                ? index < 0 ? HostSqe.OP_READ : HostSqe.OP_READ_FIXED
                : index < 0 ? HostSqe.OP_WRITE : HostSqe.OP_WRITE_FIXED;
        HostSqe entry =
                new HostSqe(opcode, fd, transfer.offset(), transfer.bytes().address(), (int)
                        transfer.bytes().byteSize());
        boolean prepared = uring.prepare(entry, Math.max(0, index), userData(slot));
        if (prepared) {
            transfers++;
            registeredTransfers += index < 0 ? 0 : 1;
        }
        return prepared;
    }

    private void completed(long userData, int result) {
        if (userData == CANCELLATION) {
            cancellations--;
            return;
        }
        int slot = (int) (userData & (1 << SLOT_BITS) - 1);
        Transfer transfer = slot < TRANSFERS_MAX && userData == userData(slot) ? slots[slot] : null;
        if (transfer == null) {
            throw new IllegalStateException("io_uring answers what nobody asked: " + Long.toHexString(userData));
        }
        slots[slot] = null;
        free[freeCount++] = slot;
        transfer.slot = -1;
        if (isWorthAnotherTry(transfer, result)) {
            waiting.addFirst(transfer);
        } else {
            answered++;
            transfer.end(statusOf(transfer, result));
        }
    }

    /// The host gives back what a thread handed over that has ended since, and what lay in a buffer that was registered
    /// anew in between.
    private static boolean isWorthAnotherTry(Transfer transfer, int result) {
        if (transfer.isCancelled() || transfer.attempts() > ATTEMPTS_MAX) {
            return false;
        }
        if (result == EFAULT && !transfer.byAddress && transfer.kind() != Transfer.Kind.SYNC) {
            transfer.byAddress = true;
            return true;
        }
        return result == -LinuxErrno.ECANCELED || result == -LinuxErrno.EINTR || result == -LinuxErrno.EAGAIN;
    }

    private static long statusOf(Transfer transfer, int result) {
        if (result >= 0) {
            return result;
        }
        boolean takenBack = transfer.isCancelled() && (result == -LinuxErrno.EINTR || result == -LinuxErrno.EAGAIN);
        return takenBack ? Errno.ECANCELED.status() : LinuxErrno.of(result).status();
    }

    @Override
    public int inFlight() {
        return waiting.size() + TRANSFERS_MAX - freeCount + cancellations;
    }

    @Override
    public boolean needsDescriptors() {
        return true;
    }

    @Override
    public boolean needsPolling() {
        return inFlight() > 0;
    }

    /// Transfers that were handed over.
    public long transfers() {
        return transfers;
    }

    /// Those of them whose memory was registered.
    public long registeredTransfers() {
        return registeredTransfers;
    }

    @Override
    public void close() {
        for (Transfer transfer = waiting.poll(); transfer != null; transfer = waiting.poll()) {
            transfer.end(Errno.ENODEV.status());
        }
        for (Transfer transfer : slots) {
            if (transfer != null) {
                callBack(transfer);
            }
        }
        long limit = System.nanoTime() + CLOSE_LIMIT_NANOS;
        poll();
        while (inFlight() > 0 && System.nanoTime() - limit < 0) {
            uring.await(CLOSE_STEP_NANOS);
            poll();
        }
        if (inFlight() == 0) {
            uring.close();
        } else {
            // Their bytes stay guarded and the ring open: the host may still write to them.
            LOG.log(Level.WARNING, "file: the host does not answer {0} transfers", Integer.toString(inFlight()));
        }
    }
}
