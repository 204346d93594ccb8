package ferrite.client;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Requests that run one after the other, sent together: nothing else comes between them on the ring.
///
/// A link that fails ends those after it with ECANCELED, unless it is a hard one. One that cannot be sent, hard or not,
/// ends all that follow. Any thread; one thread for one chain.
///
/// With [SubmissionContext#skipSuccess], or for links whose entry has the flag, only failure is told. The ring delivers
/// no completion for their success, which becomes known by the next link that is told: their value is then 0. Always
/// told are the last link and one that is limited by [#within], as after them nothing would be. If the chain is cancelled
/// or its ring ends before that is known, they end with ECANCELED.
public final class Chain {
    /// Most links.
    public static final int LINKS_MAX = 64;

    private record Link(
            SubmissionQueueEntry entry, @Nullable BufferSlice buffer, Order order) {}

    private final Reactor reactor;
    private final ConsumerPort port;
    private final SubmissionContext context;
    private final List<Link> links = new ArrayList<>();

    Chain(Reactor reactor, ConsumerPort port, SubmissionContext context) {
        this.reactor = reactor;
        this.port = port;
        this.context = context;
    }

    /// Adds a link; the next one runs only if it succeeds.
    ///
    /// @throws IllegalStateException after [#LINKS_MAX] links
    public Chain then(SubmissionQueueEntry entry) {
        return add(new Link(entry, null, Order.CHAIN));
    }

    /// [#then(SubmissionQueueEntry)] on a buffer.
    public Chain then(SubmissionQueueEntry entry, BufferSlice buffer) {
        return add(new Link(entry, buffer, Order.CHAIN));
    }

    /// Adds a link; the next one runs whatever becomes of it.
    ///
    /// @throws IllegalStateException after [#LINKS_MAX] links
    public Chain thenHard(SubmissionQueueEntry entry) {
        return add(new Link(entry, null, Order.HARD_CHAIN));
    }

    /// [#thenHard(SubmissionQueueEntry)] on a buffer.
    public Chain thenHard(SubmissionQueueEntry entry, BufferSlice buffer) {
        return add(new Link(entry, buffer, Order.HARD_CHAIN));
    }

    /// Cancels the link before if it takes longer than this; is a link itself.
    public Chain within(long nanos) {
        if (nanos < 0) {
            throw new SchemeException(Errno.EINVAL, "link timeout of " + nanos + " ns");
        }
        return add(new Link(SubmissionQueueEntry.of(Opcode.LINK_TIMEOUT).withOffset(nanos), null, Order.CHAIN));
    }

    /// Sends the links.
    ///
    /// @return their results, in order
    /// @throws IllegalStateException if there are none
    public List<RequestFuture<Long>> submit() {
        if (links.isEmpty()) {
            throw new IllegalStateException("a chain without links");
        }
        List<FutureCall<Long>> calls = new ArrayList<>();
        for (int i = 0; i < links.size(); i++) {
            calls.add(call(i));
        }
        links.clear();
        SilentLinks.watch(port, calls);
        List<RequestFuture<Long>> futures =
                calls.stream().map(FutureCall::future).toList();
        if (calls.getFirst().isRemote()) {
            submitRemote(calls);
        } else if (reactor.isClosing()) {
            calls.forEach(FutureCall::refuse);
        } else if (port.localRoom() < calls.size()) {
            calls.forEach(call -> call.fail(call.full()));
        } else {
            calls.forEach(FutureCall::enqueue);
            port.pump();
        }
        return futures;
    }

    private void submitRemote(List<FutureCall<Long>> calls) {
        if (!port.remotePermits.tryAcquire(calls.size())) {
            calls.forEach(call -> call.fail(call.full()));
            return;
        }
        reactor.perform(new Inbox.Work() {
            @Override
            public void run() {
                if (reactor.isClosing()) {
                    refuse();
                } else {
                    calls.forEach(FutureCall::enqueue);
                    port.pump();
                }
            }

            @Override
            public void refuse() {
                calls.forEach(FutureCall::refuse);
            }
        });
    }

    private FutureCall<Long> call(int index) {
        Link link = links.get(index);
        Order order = index == links.size() - 1 ? Order.NONE : link.order;
        SubmissionQueueEntry told = link.entry.withFlags(link.entry.flags() & ~SqeFlags.SKIP_SUCCESS);
        SubmissionQueueEntry entry = new SubmissionContext(context.priority(), order, isSilent(index)).applyTo(told);
        String what = "link " + index + " of a chain, opcode " + entry.opcode();
        return new FutureCall<>(reactor, port, entry, link.buffer, what, (status, _, _) -> status);
    }

    private boolean isSilent(int index) {
        SubmissionQueueEntry entry = links.get(index).entry;
        boolean wanted = context.skipSuccess() || (entry.flags() & SqeFlags.SKIP_SUCCESS) != 0;
        return wanted && !isTimeout(entry) && index + 1 < links.size() && !isTimeout(links.get(index + 1).entry);
    }

    private static boolean isTimeout(SubmissionQueueEntry entry) {
        return entry.opcode() == Opcode.LINK_TIMEOUT.code();
    }

    private Chain add(Link link) {
        if (links.size() == LINKS_MAX) {
            throw new IllegalStateException("a chain has at most " + LINKS_MAX + " links");
        }
        links.add(link);
        return this;
    }
}
