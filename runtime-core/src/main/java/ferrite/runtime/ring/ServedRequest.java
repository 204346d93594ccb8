package ferrite.runtime.ring;

import ferrite.buffer.LentSlice;
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
public final class ServedRequest implements Request {
    private final ProducerEnd end;
    private final InFlight record;
    private final int generation;
    private final int ringId;
    private final CallerContext caller;
    private final ViewArena view;
    private final Runnable answered;
    private @Nullable LentSlice lent;

    /// @param view of the serving instance; the lent bytes die with it
    /// @param answered wakes the asking side
    public ServedRequest(
            ProducerEnd end, InFlight record, int ringId, CallerContext caller, ViewArena view, Runnable answered) {
        this.end = end;
        this.record = record;
        this.generation = record.generation;
        this.ringId = ringId;
        this.caller = caller;
        this.view = view;
        this.answered = answered;
    }

    /// What an asker lends for an operation: bytes to be written to a scheme are only read there.
    public static Access accessFor(int opcode, Access given) {
        boolean source = opcode == Opcode.OPEN.code()
                || opcode == Opcode.DUP.code()
                || opcode == Opcode.WRITE.code()
                || opcode == Opcode.PWRITE.code();
        return source && given.canRead() ? Access.READ : given;
    }

    @Override
    public int opcode() {
        return live().opcode;
    }

    @Override
    public int flags() {
        return live().flags;
    }

    @Override
    public int syscallFlags() {
        return live().syscallFlags;
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
        return live().buffer != null;
    }

    @Override
    public BufferSlice buffer() {
        BufferSlice source = live().buffer;
        if (source == null) {
            throw new SchemeException(
                    Errno.EFAULT, "opcode " + record.opcode + " from " + caller.name() + " names no buffer");
        }
        LentSlice slice = lent;
        if (slice == null) {
            slice = LentSlice.lend(source, view, accessFor(record.opcode, source.access()));
            lent = slice;
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
        LentSlice slice = lent;
        if (slice != null) {
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
