package ferrite.testkit.fake;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.CallerContext;
import ferrite.spi.scheme.Request;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request whose answer can be looked at: what a test asks of a plug-in by a [FakeSocket], or what a plug-in asks of
/// a test by a [FakeRing]. It may be answered once.
public final class FakeRequest implements Request {
    /// The ring of the serving context that a request comes by, if the test does not say another.
    public static final int RING = 7;

    private static final CallerContext CALLER = new CallerContext(9, "asker", 6);

    /// One event of a multi-shot request.
    public record Event(long status, long extra) {}

    /// Who is told of what the serving side says.
    interface Asker {
        /// An asker that only looks at the request.
        Asker NONE = new Asker() {
            @Override
            public void answered(FakeRequest request) {}

            @Override
            public void posted(FakeRequest request, Event event) {}
        };

        void answered(FakeRequest request);

        void posted(FakeRequest request, Event event);
    }

    private final Asker asker;
    private final List<Event> events = new ArrayList<>();
    private SubmissionQueueEntry entry;
    private @Nullable BufferSlice buffer;
    private long id;
    private int ring = RING;
    private boolean room = true;
    private boolean live = true;
    private long status;
    private long extra;

    FakeRequest(SubmissionQueueEntry entry, Asker asker) {
        this.entry = entry;
        this.asker = asker;
        id = entry.userData();
    }

    /// A request as it was sent.
    public static FakeRequest of(SubmissionQueueEntry entry) {
        return new FakeRequest(entry, Asker.NONE);
    }

    /// A request of which only the opcode is not 0.
    public static FakeRequest of(int opcode) {
        return of(SubmissionQueueEntry.of(opcode));
    }

    /// A request of which only the opcode is not 0.
    public static FakeRequest of(Opcode opcode) {
        return of(opcode.code());
    }

    /// Sets the file.
    public FakeRequest file(long number) {
        entry = entry.withFd(number);
        return this;
    }

    /// Sets the file offset, or the open flags.
    public FakeRequest offset(long value) {
        entry = entry.withOffset(value);
        return this;
    }

    /// Sets the flags of the operation.
    public FakeRequest syscallFlags(int flags) {
        entry = entry.withSyscallFlags(flags);
        return this;
    }

    /// Sets both additional values.
    public FakeRequest additional(long first, long second) {
        entry = entry.withAdditional(first, second);
        return this;
    }

    /// Sets the buffer, and with it address and length.
    public FakeRequest buffer(BufferSlice slice) {
        entry = entry.withAddress(slice.address(), slice.length());
        buffer = slice;
        return this;
    }

    /// Sets the ring of the serving context that it comes by.
    public FakeRequest ring(int number) {
        ring = number;
        return this;
    }

    void number(long number) {
        id = number;
    }

    /// What was sent.
    public SubmissionQueueEntry entry() {
        return entry;
    }

    /// Whether this is what is asked.
    public boolean is(Opcode opcode) {
        return entry.opcode() == opcode.code();
    }

    /// The buffer as UTF-8: the path of an `Open`.
    public String text() {
        return new String(buffer().segment().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    /// The answer; an error of the test if there is none yet.
    public long status() {
        if (live) {
            throw new AssertionError("not answered yet: " + entry);
        }
        return status;
    }

    /// The second result of the answer.
    public long extra() {
        status();
        return extra;
    }

    /// The answer, if it is an error.
    public Optional<Errno> errno() {
        return Errno.of(status());
    }

    /// The events so far, oldest first. The test may remove what it has seen.
    public List<Event> events() {
        return events;
    }

    /// Whether the asker has a place for events.
    public void room(boolean has) {
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
        return buffer != null;
    }

    @Override
    public BufferSlice buffer() {
        if (buffer == null) {
            throw new SchemeException(Errno.EFAULT, "no buffer");
        }
        return buffer;
    }

    @Override
    public CallerContext caller() {
        return CALLER;
    }

    @Override
    public int ring() {
        return ring;
    }

    @Override
    public long id() {
        return id;
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
        asker.answered(this);
    }

    @Override
    public boolean post(long eventStatus, long eventExtra) {
        if (room) {
            Event event = new Event(eventStatus, eventExtra);
            events.add(event);
            asker.posted(this, event);
        }
        return room;
    }
}
