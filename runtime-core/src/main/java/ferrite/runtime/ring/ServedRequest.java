package ferrite.runtime.ring;

import ferrite.buffer.RequestSlice;
import ferrite.buffer.ViewArena;
import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingState;
import ferrite.spi.scheme.CallerContext;
import ferrite.spi.scheme.Request;
import org.jspecify.annotations.Nullable;

/// A received request in the hands of one plug-in instance. A successor gets another object for the same record.
///
/// An object whose request was answered while it was being handed over is used again for another request of the same
/// record: a scheme keeps only what it has not answered.
public final class ServedRequest implements Request {
    private final ProducerEnd end;
    private final InFlight record;
    private final int ringId;
    private final CallerContext caller;
    private final ViewArena view;
    private final Runnable answered;
    private int generation;
    private @Nullable RequestSlice lent;
    private boolean bound;

    /// @param view of the serving instance; the lent bytes die with it
    /// @param answered wakes the asking side
    public ServedRequest(
            ProducerEnd end, InFlight record, int ringId, CallerContext caller, ViewArena view, Runnable answered) {
        this.end = end;
        this.record = record;
        this.ringId = ringId;
        this.caller = caller;
        this.view = view;
        this.answered = answered;
        generation = record.generation;
    }

    /// Makes it the request of the record's present entry.
    public void renew() {
        generation = record.generation;
    }

    /// What an asker lends for an operation: bytes to be written to a scheme are only read there.
    public static Access accessFor(int opcode, Access given) {
        boolean source = opcode == Opcode.OPEN.code()
                || opcode == Opcode.DUP.code()
                || opcode == Opcode.WRITE.code()
                || opcode == Opcode.PWRITE.code()
                || opcode == Opcode.UNLINK.code()
                || opcode == Opcode.RMDIR.code()
                || opcode == Opcode.FRENAME.code();
        return source && given.canRead() ? Access.READ : given;
    }

    @Override
    public int opcode() {
        return live().opcode();
    }

    @Override
    public int flags() {
        return live().flags();
    }

    @Override
    public int syscallFlags() {
        return live().syscallFlags();
    }

    @Override
    public long file() {
        return live().fd;
    }

    @Override
    public long length() {
        return live().length;
    }

    @Override
    public long address() {
        return live().address;
    }

    @Override
    public long offset() {
        return live().offset;
    }

    @Override
    public long additional1() {
        return live().additional1;
    }

    @Override
    public long additional2() {
        return live().additional2;
    }

    @Override
    public boolean hasBuffer() {
        return live().buffer() != null;
    }

    @Override
    public BufferSlice buffer() {
        BufferSlice source = live().buffer();
        if (source == null) {
            throw new SchemeException(
                    Errno.EFAULT, "opcode " + record.opcode() + " from " + caller.name() + " names no buffer");
        }
        RequestSlice slice = lent;
        if (slice == null) {
            slice = new RequestSlice(view);
            lent = slice;
        }
        if (!bound) {
            slice.bind(source, accessFor(record.opcode(), source.access()));
            bound = true;
        }
        return slice;
    }

    @Override
    public CallerContext caller() {
        return caller;
    }

    @Override
    public int ring() {
        return ringId;
    }

    @Override
    public long id() {
        return (long) ringId << 32 | record.index;
    }

    @Override
    public boolean isLive() {
        return record.isLive(generation);
    }

    @Override
    public void complete(long status, long extra) {
        if (!isLive() && end.ring().state() != RingState.OPEN) {
            return; // the ring ended while we worked; nobody waits for the answer
        }
        live();
        RequestSlice slice = lent;
        if (bound && slice != null) {
            bound = false;
            slice.revoke();
        }
        end.complete(record, status, extra);
        answered.run();
    }

    @Override
    public boolean post(long status, long extra) {
        boolean posted = end.post(live(), status, extra);
        answered.run();
        return posted;
    }

    private InFlight live() {
        if (!record.isLive(generation)) {
            throw new IllegalStateException("request " + id() + " of " + caller.name() + " has been answered");
        }
        return record;
    }
}
