package ferrite.device.xhcicontroller;

import ferrite.hw.bus.UsbOperation;
import ferrite.hw.usb.SetupPacket;
import ferrite.hw.xhci.CompletionCode;
import ferrite.hw.xhci.Trb;
import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;

/// Transfers of endpoint 0 (xHCI 1.2 §4.11.2.2): Setup Stage, data TRBs and Status Stage are gathered until the last is
/// there and go to the device as one request, whose place is the Status Stage's step.
final class ControlTransfers {
    private static final int IN = 1 << 16;
    private static final int IMMEDIATE_BYTES_MAX = 8;
    private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final HostMemory memory;
    private final BufferPool pool;

    ControlTransfers(HostMemory memory, BufferPool pool) {
        this.memory = memory;
        this.pool = pool;
    }

    /// Whether the next TRB may be looked at: one transfer at a time.
    boolean mayFetch(Endpoint endpoint) {
        return endpoint.inFlight == 0 && endpoint.last().type() != Trb.StatusStage.TYPE;
    }

    /// Whether a whole transfer waits for room on the ring to the device.
    boolean isWaiting(Endpoint endpoint) {
        return endpoint.inFlight == 0
                && endpoint.count() > 0
                && endpoint.last().type() == Trb.StatusStage.TYPE
                && endpoint.last().stage == TransferStep.Stage.FETCHED;
    }

    /// Takes one more TRB, already appended.
    ///
    /// @return whether the transfer is whole and can be sent
    boolean gather(Endpoint endpoint, TransferStep step) {
        boolean first = endpoint.count() == 1;
        boolean good = switch (step.type()) {
            case Trb.SetupStage.TYPE -> first && step.has(Trb.IMMEDIATE_DATA) && step.length() == SetupPacket.BYTES;
            case Trb.DataStage.TYPE -> endpoint.count() == 2 && step.length() <= Trb.LENGTH_MAX;
            case Trb.Normal.TYPE -> endpoint.count() > 2 && step.length() <= Trb.LENGTH_MAX;
            case Trb.StatusStage.TYPE -> !first && agrees(endpoint);
            case Trb.EventData.TYPE, Trb.NoOp.TYPE -> {
                if (first) {
                    step.done(CompletionCode.SUCCESS, 0);
                }
                yield true;
            }
            default -> false;
        };
        boolean last = step.type() == Trb.StatusStage.TYPE;
        if (!good || (!last && !endpoint.hasRoom())) {
            endpoint.step(0).done(CompletionCode.TRB_ERROR, 0);
            return false;
        }
        return last;
    }

    /// Whether the directions of setup, data and status fit together.
    private static boolean agrees(Endpoint endpoint) {
        TransferStep setup = endpoint.step(0);
        TransferStep data = endpoint.step(1);
        boolean hasData = data.type() == Trb.DataStage.TYPE;
        boolean in = setupOf(setup).toHost();
        int type = setup.control >>> 16 & 3;
        int wanted = !hasData ? Trb.SetupStage.NO_DATA : in ? Trb.SetupStage.IN_DATA : Trb.SetupStage.OUT_DATA;
        boolean statusIn = endpoint.last().has(IN);
        return type == wanted && (!hasData || data.has(IN) == in) && statusIn == (!hasData || !in);
    }

    private static SetupPacket setupOf(TransferStep setup) {
        return SetupPacket.ofLong(setup.parameter);
    }

    /// Sends a whole transfer.
    ///
    /// @return false if there is no room now
    boolean send(Endpoint endpoint, PortLink link) {
        TransferStep setup = endpoint.step(0);
        TransferStep status = endpoint.last();
        SubmissionQueueEntry packet =
                SubmissionQueueEntry.of(UsbOperation.CONTROL).withAdditional(setup.parameter, 0);
        int parts = 0;
        long bytes = 0;
        TransferStep only = status;
        for (int i = 1; i < endpoint.count(); i++) {
            TransferStep step = endpoint.step(i);
            if (step.movesData() && step.length() > 0) {
                only = step;
                parts++;
                bytes += step.length();
            }
        }
        boolean in = setupOf(setup).toHost();
        Optional<BufferSlice> data = Optional.empty();
        if (parts == 1 && !only.has(Trb.IMMEDIATE_DATA)) {
            data = memory.data(only.parameter, only.length(), in ? Access.WRITE : Access.READ);
            if (data.isEmpty()) {
                end(endpoint, CompletionCode.DATA_BUFFER_ERROR);
                return true;
            }
        } else if (parts > 0) {
            CompletionCode gathered = bounce(endpoint, bytes, in);
            if (gathered != CompletionCode.SUCCESS) {
                end(endpoint, gathered);
                return true;
            }
            data = Optional.ofNullable(status.bounce).map(whole -> whole.slice(0, whole.length()));
        }
        boolean sent = link.send(status, packet, data.orElse(null));
        if (sent) {
            endpoint.inFlight++;
        }
        return sent;
    }

    /// Puts a data stage of several TRBs, or an immediate one, into one piece.
    private CompletionCode bounce(Endpoint endpoint, long bytes, boolean in) {
        TransferStep status = endpoint.last();
        BufferSlice whole = status.bounce;
        if (whole == null) {
            Optional<BufferSlice> acquired = pool.tryAcquire(bytes, IMMEDIATE_BYTES_MAX, AllocationStrategy.BEST);
            if (acquired.isEmpty()) {
                return CompletionCode.RESOURCE_ERROR;
            }
            whole = acquired.get();
            status.bounce = whole;
        }
        return in ? CompletionCode.SUCCESS : copy(endpoint, whole.segment(), bytes, false);
    }

    /// Copies between the piece and the buffers of the data TRBs.
    private CompletionCode copy(Endpoint endpoint, MemorySegment whole, long bytes, boolean toHost) {
        long at = 0;
        for (int i = 1; i < endpoint.count() && at < bytes; i++) {
            TransferStep step = endpoint.step(i);
            if (!step.movesData() || step.length() == 0) {
                continue;
            }
            long part = Math.min(step.length(), bytes - at);
            if (step.has(Trb.IMMEDIATE_DATA)) {
                if (toHost || part > IMMEDIATE_BYTES_MAX) {
                    return CompletionCode.TRB_ERROR;
                }
                MemorySegment immediate = MemorySegment.ofArray(new byte[IMMEDIATE_BYTES_MAX]);
                immediate.set(I64, 0, step.parameter);
                MemorySegment.copy(immediate, 0, whole, at, part);
            } else {
                Optional<BufferSlice> buffer = memory.data(step.parameter, part, toHost ? Access.WRITE : Access.READ);
                if (buffer.isEmpty()) {
                    return CompletionCode.DATA_BUFFER_ERROR;
                }
                MemorySegment theirs = buffer.get().segment();
                MemorySegment.copy(
                        toHost ? whole : theirs, toHost ? at : 0, toHost ? theirs : whole, toHost ? 0 : at, part);
            }
            at += part;
        }
        return CompletionCode.SUCCESS;
    }

    /// The device answered.
    void completed(Endpoint endpoint, TransferStep status, long answer) {
        BufferSlice whole = status.bounce;
        if (answer < 0) {
            end(endpoint, TransferEngine.error(answer));
        } else if (whole != null && setupOf(endpoint.step(0)).toHost()) {
            long bytes = Math.min(answer, whole.length());
            CompletionCode copied = copy(endpoint, whole.segment(), bytes, true);
            if (copied == CompletionCode.SUCCESS) {
                succeed(endpoint, bytes);
            } else {
                end(endpoint, copied);
            }
        } else {
            succeed(endpoint, answer);
        }
        status.freeBounce();
    }

    private static void succeed(Endpoint endpoint, long bytes) {
        boolean in = setupOf(endpoint.step(0)).toHost();
        long left = bytes;
        for (int i = 0; i < endpoint.count(); i++) {
            TransferStep step = endpoint.step(i);
            if (i > 0 && step.movesData()) {
                int moved = (int) Math.min(left, step.length());
                boolean cut = in && moved < step.length();
                step.done(cut ? CompletionCode.SHORT_PACKET : CompletionCode.SUCCESS, moved);
                left -= moved;
            } else {
                step.done(CompletionCode.SUCCESS, 0);
            }
        }
    }

    /// Fails a gathered transfer: at its data stage if it has one, else at its status stage.
    void end(Endpoint endpoint, CompletionCode code) {
        endpoint.step(0).done(CompletionCode.SUCCESS, 0);
        TransferStep second = endpoint.step(1);
        (second.movesData() ? second : endpoint.last()).done(code, 0);
        if (!second.movesData()) {
            for (int i = 1; i < endpoint.count() - 1; i++) {
                endpoint.step(i).done(CompletionCode.SUCCESS, 0);
            }
        }
    }

    /// The port is gone or not enabled.
    void unreachable(Endpoint endpoint) {
        end(endpoint, TransferEngine.error(Errno.EIO.status()));
    }
}
