package ferrite.runtime.shell;

import ferrite.runtime.shell.DdEnd.HostFile;
import ferrite.runtime.shell.DdEnd.SchemeEnd;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Copies records from one side to the other, several at a time: while one is read, others are written.
///
/// Each record goes through a slot: read until complete or at the end, then written until complete. After the first
/// failure nothing new is begun, and what is in flight is waited for.
final class DdCopy implements AutoCloseable {
    /// Most records in flight.
    private static final int SLOTS_MAX = 16;
    /// Most memory for records in flight, bytes, unless one alone needs more.
    private static final long BUFFER_BYTES_MAX = 16 << 20;

    private final DdArguments arguments;
    private final DdEnd source;
    private final DdEnd target;
    private final ConsumerInstance ring;
    private final BufferPool pool;
    private final List<Slot> slots = new ArrayList<>();
    private final Deque<Slot> free = new ArrayDeque<>();
    private final DdReport report = new DdReport();
    private final long bytesToRead;
    private final Deque<CompletionQueueEntry> completions = new ArrayDeque<>();
    private long begun;
    private boolean ended;
    private @Nullable CommandException failure;

    /// One record on its way.
    private static final class Slot {
        private final int number;
        private final BufferSlice buffer;
        private boolean writing;
        /// From the beginning of the copy, bytes.
        private long position;
        /// Of the record: wanted while reading, there while writing.
        private int length;
        private int done;

        Slot(int number, BufferSlice buffer) {
            this.number = number;
            this.buffer = buffer;
        }

        BufferSlice rest() {
            return buffer.slice(done, length - done);
        }
    }

    DdCopy(DdArguments arguments, DdEnd source, DdEnd target, Session session) {
        this.arguments = arguments;
        this.source = source;
        this.target = target;
        this.ring = session.application().kernel();
        this.pool = session.application().pool();
        checkBlock(source);
        checkBlock(target);
        bytesToRead = Math.min(arguments.bytesMax(), known(source) ? available() : Long.MAX_VALUE);
        int count = known(source) ? Math.clamp(BUFFER_BYTES_MAX / arguments.recordBytes(), 1, SLOTS_MAX) : 1;
        for (int i = 0; i < count; i++) {
            Slot slot = new Slot(i, pool.acquire(arguments.recordBytes(), 4096));
            slots.add(slot);
            free.add(slot);
        }
    }

    /// Copies everything.
    ///
    /// @return what was copied
    DdReport run() {
        while (true) {
            while (mayBegin()) {
                begin(free.remove());
            }
            if (free.size() == slots.size()) {
                break;
            }
            ring.enter(1);
            ring.reap(completions::add, slots.size());
            while (!completions.isEmpty()) {
                completed(completions.remove());
            }
        }
        if (failure == null && target instanceof SchemeEnd scheme) {
            scheme.sync();
        }
        report.end(failure);
        return report;
    }

    @Override
    public void close() {
        slots.forEach(slot -> slot.buffer.close());
    }

    private boolean mayBegin() {
        return failure == null && !ended && begun < bytesToRead && !free.isEmpty();
    }

    private void begin(Slot slot) {
        slot.writing = false;
        slot.position = begun;
        slot.length = (int) Math.min(arguments.recordBytes(), bytesToRead - begun);
        slot.done = 0;
        begun += slot.length;
        read(slot);
    }

    private void read(Slot slot) {
        long offset = arguments.inputOffset() + slot.position + slot.done;
        switch (source) {
            case HostFile file -> wasRead(slot, file.read(slot.rest(), offset));
            case SchemeEnd scheme -> submit(slot, scheme.entry(Opcode.PREAD, offset), slot.rest());
        }
    }

    private void wasRead(Slot slot, long bytes) {
        slot.done += (int) bytes;
        if (bytes > 0 && slot.done < slot.length && source instanceof SchemeEnd) {
            read(slot);
            return;
        }
        if (slot.done < slot.length) {
            ended = true;
        }
        if (slot.done == 0) {
            free.add(slot);
            return;
        }
        report.read(slot.done, arguments.recordBytes());
        slot.length = slot.done;
        slot.done = 0;
        slot.writing = true;
        if (hasPlace(slot)) {
            write(slot);
        } else {
            free.add(slot);
        }
    }

    private void write(Slot slot) {
        long offset = arguments.outputOffset() + slot.position + slot.done;
        switch (target) {
            case HostFile file -> {
                file.write(slot.rest(), offset);
                wasWritten(slot, slot.length);
            }
            case SchemeEnd scheme -> {
                int missing = scheme.isFixed() ? -(slot.length - slot.done) % scheme.blockBytes() : 0;
                if (missing != 0) {
                    missing += scheme.blockBytes();
                    fillBlock(scheme, slot, offset + slot.length - slot.done, missing);
                }
                BufferSlice whole = slot.buffer.slice(slot.done, slot.length - slot.done + missing);
                submit(slot, scheme.entry(Opcode.PWRITE, offset), whole);
            }
        }
    }

    /// The last record may end within a block: the block's other bytes stay as they are.
    private void fillBlock(SchemeEnd scheme, Slot slot, long end, int missing) {
        int block = scheme.blockBytes();
        try (BufferSlice old = pool.acquire(block, 4096)) {
            scheme.file().read(old, end + missing - block);
            MemorySegment.copy(old.segment(), block - missing, slot.buffer.segment(), slot.length, missing);
        }
    }

    private void wasWritten(Slot slot, long bytes) {
        slot.done += (int) Math.min(bytes, slot.length - slot.done);
        if (slot.done < slot.length) {
            if (bytes == 0) {
                fail(target, "write", slot, Errno.ENOSPC.status());
                return;
            }
            write(slot);
            return;
        }
        report.written(slot.length, arguments.recordBytes());
        free.add(slot);
    }

    private void submit(Slot slot, SubmissionQueueEntry entry, BufferSlice buffer) {
        while (!ring.submit(entry.withUserData(slot.number), buffer)) {
            ring.enter(1);
            ring.reap(completions::add, slots.size());
        }
    }

    private void completed(CompletionQueueEntry completion) {
        Slot slot = slots.get((int) completion.userData());
        if (completion.isError()) {
            fail(slot.writing ? target : source, slot.writing ? "write" : "read", slot, completion.status());
        } else if (slot.writing) {
            wasWritten(slot, completion.status());
        } else {
            wasRead(slot, completion.status());
        }
    }

    private boolean hasPlace(Slot slot) {
        long offset = arguments.outputOffset() + slot.position;
        if (target.isFixed() && offset + slot.length > target.size()) {
            failOnce(new CommandException(target.path() + ": no space left (ENOSPC) for " + slot.length
                    + " bytes at offset " + offset + "; its size is " + target.size() + " bytes"));
            return false;
        }
        return true;
    }

    private void fail(DdEnd end, String what, Slot slot, long status) {
        long from = slot.writing ? arguments.outputOffset() : arguments.inputOffset();
        failOnce(new CommandException(end.path() + ": " + what + " of " + (slot.length - slot.done)
                + " bytes at offset " + (from + slot.position + slot.done) + ": " + Errno.describe(status)
                + "; its size is " + end.size() + " bytes"));
        free.add(slot);
    }

    private void failOnce(CommandException first) {
        if (failure == null) {
            failure = first;
        }
    }

    private void checkBlock(DdEnd end) {
        if (arguments.recordBytes() % end.blockBytes() != 0) {
            throw new CommandException("bs=" + arguments.recordBytes() + " is no multiple of the block size of "
                    + end.path() + ", " + end.blockBytes() + " bytes");
        }
    }

    private long available() {
        if (arguments.inputOffset() > source.size()) {
            throw new CommandException("skip=" + arguments.skip() + " begins at offset " + arguments.inputOffset()
                    + ", beyond the end of " + source.path() + ", " + source.size() + " bytes");
        }
        return source.size() - arguments.inputOffset();
    }

    private static boolean known(DdEnd end) {
        return end instanceof HostFile || end.size() > 0;
    }
}
