package ferrite.device.pcihostbridge;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.CallerContext;
import ferrite.spi.scheme.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A request whose answer can be looked at.
final class FakeRequest implements Request {
    /// An event of a multi-shot request.
    record Event(long status, long extra) {}

    private final SubmissionQueueEntry entry;
    private final Optional<BufferSlice> buffer;
    private final Runnable whenAnswered;
    private final List<Event> events = new ArrayList<>();
    private boolean live = true;
    private long status;
    private long extra;
    private boolean room = true;

    FakeRequest(SubmissionQueueEntry entry, Optional<BufferSlice> buffer) {
        this(entry, buffer, () -> {});
    }

    FakeRequest(SubmissionQueueEntry entry, Optional<BufferSlice> buffer, Runnable whenAnswered) {
        this.entry = entry;
        this.buffer = buffer;
        this.whenAnswered = whenAnswered;
    }

    SubmissionQueueEntry entry() {
        return entry;
    }

    long status() {
        if (live) {
            throw new AssertionError("not answered yet: " + entry);
        }
        return status;
    }

    long extra() {
        return extra;
    }

    List<Event> events() {
        return events;
    }

    /// Whether the asker has room for events.
    void room(boolean has) {
        room = has;
    }

    @Override
    public int opcode() {
        return entry.opcode();
    }

    @Override
    public int flags() {
        return entry.flags();
    }

    @Override
    public int syscallFlags() {
        return entry.syscallFlags();
    }

    @Override
    public long file() {
        return entry.fd();
    }

    @Override
    public long length() {
        return entry.length();
    }

    @Override
    public long address() {
        return entry.address();
    }

    @Override
    public long offset() {
        return entry.offset();
    }

    @Override
    public long additional1() {
        return entry.additional1();
    }

    @Override
    public long additional2() {
        return entry.additional2();
    }

    @Override
    public boolean hasBuffer() {
        return buffer.isPresent();
    }

    @Override
    public BufferSlice buffer() {
        return buffer.orElseThrow(() -> new SchemeException(Errno.EFAULT, "no buffer"));
    }

    @Override
    public CallerContext caller() {
        return new CallerContext(1, "test", 6);
    }

    @Override
    public int ring() {
        return 1;
    }

    @Override
    public long id() {
        return entry.userData();
    }

    @Override
    public boolean isLive() {
        return live;
    }

    @Override
    public void complete(long newStatus, long newExtra) {
        if (!live) {
            throw new IllegalStateException("answered twice: " + entry);
        }
        live = false;
        status = newStatus;
        extra = newExtra;
        whenAnswered.run();
    }

    @Override
    public boolean post(long eventStatus, long eventExtra) {
        if (room) {
            events.add(new Event(eventStatus, eventExtra));
        }
        return room;
    }
}
