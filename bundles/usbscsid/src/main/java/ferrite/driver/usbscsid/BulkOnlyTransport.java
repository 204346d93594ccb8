package ferrite.driver.usbscsid;

import ferrite.hw.scsi.Cdb;
import ferrite.hw.usb.storage.BulkOnlyRequest;
import ferrite.hw.usb.storage.CommandBlockWrapper;
import ferrite.hw.usb.storage.CommandStatusWrapper;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.context.Context;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.CompletionHandler;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.RingState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Moves one command at a time: wrapper, data and status are submitted together, so that host controller and device
/// go through them without us (BOT 1.0 §5, §6.7).
///
/// ```
///   out:  CBW ---------------- data out -----------------------
///   in:   ---------------------data in ------- CSW
///           both ends of all three --> Passed | Failed | Broken
///   stall of data  --> reset that endpoint, then the CSW (§6.7.2, §6.7.3)
///   stall of CSW   --> reset, once more (figure 2); then reset recovery (§5.3.4)
///   anything else  --> reset recovery
/// ```
final class BulkOnlyTransport {
    private static final System.Logger LOG = System.getLogger(BulkOnlyTransport.class.getName());

    /// The three transfers of a command, as bits; also the low bits of a transfer's user data.
    static final int CBW = 1;
    static final int DATA = 2;
    static final int CSW = 4;

    private static final int PART_BITS = 3;
    private static final int RETRIES_MAX = 1;
    private static final int REAP_MAX = 64;
    private static final long RECOVERY_NANOS = 5_000_000_000L;

    private final Context context;
    private final UsbPipes pipes;
    private final Scratch scratch;
    private final CompletionHandler onCompletion = this::completed;
    private Progress progress;
    private @Nullable Outcome outcome;

    /// Transfers to the device that failed since the last step.
    private int failedOut;

    private boolean unplugged;

    /// Where a command is: everything that a successor needs to go on with it.
    ///
    /// @param tag of the present or last command
    /// @param busy whether there is a command
    /// @param in direction of the data
    /// @param expected bytes of data
    /// @param outstanding transfers that have not ended, [#CBW] | [#DATA] | [#CSW]
    /// @param cbwStatus bytes, or a negative error number
    /// @param dataStatus bytes, or a negative error number
    /// @param cswStatus bytes, or a negative error number
    /// @param retries of the status wrapper
    record Progress(
            int tag,
            boolean busy,
            boolean in,
            long expected,
            int outstanding,
            long cbwStatus,
            long dataStatus,
            long cswStatus,
            int retries) {
        static final Progress IDLE = new Progress(0, false, false, 0, 0, 0, 0, 0, 0);

        static Progress begin(int tag, boolean in, long expected) {
            return new Progress(tag, true, in, expected, 0, 0, 0, 0, 0);
        }

        Progress submitted(int part) {
            return new Progress(tag, busy, in, expected, outstanding | part, cbwStatus, dataStatus, cswStatus, retries);
        }

        Progress ended(int part, long status) {
            return new Progress(
                    tag,
                    busy,
                    in,
                    expected,
                    outstanding & ~part,
                    part == CBW ? status : cbwStatus,
                    part == DATA ? status : dataStatus,
                    part == CSW ? status : cswStatus,
                    retries);
        }

        Progress retried() {
            return new Progress(tag, busy, in, expected, outstanding, cbwStatus, dataStatus, cswStatus, retries + 1);
        }

        Progress idle() {
            return new Progress(tag, false, false, 0, 0, 0, 0, 0, 0);
        }
    }

    BulkOnlyTransport(Context context, UsbPipes pipes, Scratch scratch, Progress progress) {
        this.context = context;
        this.pipes = pipes;
        this.scratch = scratch;
        this.progress = progress;
    }

    Progress progress() {
        return progress;
    }

    /// Whether a command is in work, or its outcome waits to be taken.
    boolean isBusy() {
        return progress.busy() || outcome != null;
    }

    /// Begins a command; only if not busy.
    ///
    /// @param data its slice is passed on as it is; empty for a command without data
    void begin(Cdb cdb, BufferSlice data, boolean in) {
        int tag = progress.tag() + 1;
        CommandBlockWrapper.encodeCommand(scratch.segment(), Scratch.CBW, tag, data.length(), in, cdb);
        progress = Progress.begin(tag, in, data.length());
        boolean sent = submit(CBW, false, scratch.cbw());
        sent = sent && (data.length() == 0 || submit(DATA, in, data));
        sent = sent && submit(CSW, true, scratch.csw());
        if (!sent) {
            recover("the ring to the host controller is full", Errno.EIO);
        }
    }

    private boolean submit(int part, boolean in, BufferSlice data) {
        if (pipes.ring().state() != RingState.OPEN || !pipes.transfer(in, data, userData(part))) {
            return false;
        }
        progress = progress.submitted(part);
        return true;
    }

    private long userData(int part) {
        return (long) progress.tag() << PART_BITS | part;
    }

    /// Takes completions.
    ///
    /// @return how many
    int reap() {
        return pipes.ring().reap(onCompletion, REAP_MAX);
    }

    /// The end of the present command, once.
    Optional<Outcome> takeOutcome() {
        Outcome ended = outcome;
        outcome = null;
        return Optional.ofNullable(ended);
    }

    /// Only notes how a transfer ended; [#step] draws the conclusions, because it may have to wait.
    private void completed(CompletionQueueEntry completion) {
        unplugged |= isUnplugged(completion);
        int part = (int) completion.userData() & (1 << PART_BITS) - 1;
        if (!progress.busy() || completion.userData() != userData(part) || (progress.outstanding() & part) == 0) {
            return; // of a command that was given up
        }
        progress = progress.ended(part, completion.status());
        boolean outwards = part == CBW || part == DATA && !progress.in();
        if (completion.isError() && outwards) {
            failedOut |= part;
        }
    }

    private static boolean isUnplugged(CompletionQueueEntry completion) {
        return completion.userData() == UsbPipes.UNPLUGGED && completion.status() == Errno.ENODEV.status();
    }

    /// Whether the device or its driver is gone: no command will pass any more.
    boolean isGone() {
        return unplugged || pipes.ring().state() != RingState.OPEN;
    }

    /// Whether [#step] has something to do.
    boolean hasNews() {
        return progress.busy() && (failedOut != 0 || progress.outstanding() == 0);
    }

    /// Goes on with the present command as far as its transfers have ended. May wait, to recover.
    void step() {
        while (hasNews()) {
            int failed = failedOut;
            failedOut = 0;
            if ((failed & CBW) != 0) {
                // The device did not get the command: no data and no status will come.
                long status = progress.cbwStatus();
                recover("command wrapper: " + Errno.describe(status), errnoOf(status));
            } else if ((failed & DATA) != 0) {
                dataOutFailed(progress.dataStatus());
            } else {
                judge();
            }
        }
    }

    /// The device does not want (all of) the data. It will send a status when the endpoint is clear (§6.7.3).
    private void dataOutFailed(long status) {
        if (status != Errno.EPIPE.status()) {
            recover("data out: " + Errno.describe(status), errnoOf(status));
        } else if (pipes.resetEndpoint(false).isError()) {
            recover("the OUT endpoint stays halted", Errno.EIO);
        }
    }

    /// All three transfers have ended.
    private void judge() {
        long csw = progress.cswStatus();
        boolean dataStalled = progress.dataStatus() == Errno.EPIPE.status();
        if (csw == Errno.EPIPE.status()) {
            retryStatus(dataStalled);
        } else if (Errno.isError(csw)) {
            recover("status wrapper: " + Errno.describe(csw), errnoOf(csw));
        } else if (Errno.isError(progress.dataStatus()) && !dataStalled) {
            recover("data: " + Errno.describe(progress.dataStatus()), errnoOf(progress.dataStatus()));
        } else {
            judgeStatus(CommandStatusWrapper.decode(scratch.segment(), Scratch.CSW), csw);
        }
    }

    /// The IN endpoint is halted. After a stall of the data this is no failure of the status wrapper itself.
    private void retryStatus(boolean dataStalled) {
        boolean first = dataStalled && progress.in() && progress.retries() == 0;
        if (!first && progress.retries() > RETRIES_MAX) {
            recover("the status wrapper stalls", Errno.EIO);
            return;
        }
        progress = progress.retried();
        if (pipes.resetEndpoint(true).isError() || !submit(CSW, true, scratch.csw())) {
            recover("the IN endpoint stays halted", Errno.EIO);
        }
    }

    private void judgeStatus(CommandStatusWrapper status, long bytes) {
        if (!status.isValid(bytes, progress.tag()) || !status.isMeaningful(progress.expected())) {
            recover("no valid status wrapper: " + bytes + " bytes, " + status, Errno.EIO);
            return;
        }
        long moved = Math.min(Math.max(0, progress.dataStatus()), progress.expected() - residue(status));
        switch (status.status()) {
            case CommandStatusWrapper.STATUS_PASSED -> end(new Outcome.Passed(moved));
            case CommandStatusWrapper.STATUS_FAILED -> end(new Outcome.Failed(moved));
            default -> recover("phase error", Errno.EIO);
        }
    }

    private static long residue(CommandStatusWrapper status) {
        return status.status() == CommandStatusWrapper.STATUS_PHASE_ERROR ? 0 : status.residue();
    }

    /// Gives the present command up.
    void timedOut() {
        if (progress.busy()) {
            recover("no answer in time", Errno.ETIMEDOUT);
        }
    }

    private void end(Outcome newOutcome) {
        progress = progress.idle();
        failedOut = 0;
        outcome = newOutcome;
    }

    /// Reset recovery: what is in the endpoints is taken back, the device is reset, both halts are cleared, in this
    /// order (§5.3.4). Waits; it is rare.
    private void recover(String why, Errno errno) {
        takeBack();
        if (errno == Errno.ENODEV || isGone()) {
            end(new Outcome.Broken(Errno.ENODEV));
            return;
        }
        LOG.log(System.Logger.Level.WARNING, "usbscsi: {0}; resetting the device", why);
        // The next two are only asked if the device is there; another failure shows at the next command.
        boolean gone = isGone(pipes.control(BulkOnlyRequest.reset(pipes.interfaceNumber())))
                || isGone(pipes.resetEndpoint(true))
                || isGone(pipes.resetEndpoint(false));
        end(new Outcome.Broken(gone ? Errno.ENODEV : errno));
    }

    private static boolean isGone(CompletionQueueEntry answer) {
        return answer.status() == Errno.ENODEV.status();
    }

    private void takeBack() {
        // What comes back from now on is of no interest, but its buffers must be free before they are used again.
        Progress given = progress;
        progress = new Progress(given.tag(), false, given.in(), 0, given.outstanding(), 0, 0, 0, 0);
        for (int part = CBW; part <= CSW; part <<= 1) {
            if ((given.outstanding() & part) != 0 && pipes.ring().state() == RingState.OPEN) {
                pipes.cancel(userData(part));
            }
        }
        long[] left = {given.outstanding()};
        CompletionHandler count = completion -> {
            unplugged |= isUnplugged(completion);
            int part = (int) completion.userData() & (1 << PART_BITS) - 1;
            if (completion.userData() == userData(part)) {
                left[0] &= ~part;
            }
        };
        boolean back = context.await(
                () -> {
                    pipes.ring().reap(count, REAP_MAX);
                    return left[0] == 0 || pipes.ring().state() != RingState.OPEN;
                },
                RECOVERY_NANOS);
        if (!back) {
            LOG.log(System.Logger.Level.WARNING, "usbscsi: transfers {0} do not come back", left[0]);
        }
    }

    private static Errno errnoOf(long status) {
        return status == Errno.ENODEV.status() ? Errno.ENODEV : Errno.EIO;
    }
}
