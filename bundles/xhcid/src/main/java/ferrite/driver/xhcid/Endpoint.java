package ferrite.driver.xhcid;

import ferrite.hw.usb.SetupPacket;
import ferrite.hw.xhci.Trb;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.scheme.Request;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Optional;

/// The data path of one endpoint: requests go into its transfer ring, several at a time; transfer events bring them
/// back (xHCI 1.2 §4.10). Requests that find the ring full wait in order.
///
/// A stall or transaction error halts the endpoint: what is in the ring fails, and so does what comes, until it is
/// reset.
final class Endpoint {
    /// Most bytes of one transfer.
    static final int TRANSFER_BYTES_MAX = 4 << 20;

    /// TRBs that clients leave free on a control endpoint, for the driver's own requests.
    private static final int RESERVED_TRBS = 16;

    private static final int SHORT_OR_LAST = Trb.INTERRUPT_ON_SHORT_PACKET;

    private final EndpointInfo info;
    private final TransferRing ring;
    private final ControllerPort port;
    private final ArrayDeque<TransferDescriptor> pending = new ArrayDeque<>();
    private final ArrayDeque<Request> waiting = new ArrayDeque<>();
    private boolean halted;

    /// A descriptor that ended early: the controller may still report its last TRB (§4.10.1.1.2), so its TRBs are
    /// not reused before the next event of this endpoint.
    private int lingering;

    Endpoint(EndpointInfo info, TransferRing ring, ControllerPort port) {
        this.info = info;
        this.ring = ring;
        this.port = port;
    }

    EndpointInfo info() {
        return info;
    }

    TransferRing ring() {
        return ring;
    }

    boolean isHalted() {
        return halted;
    }

    int lingering() {
        return lingering;
    }

    Collection<TransferDescriptor> pending() {
        return pending;
    }

    Collection<Request> waiting() {
        return waiting;
    }

    /// Takes over what a predecessor had.
    void restore(
            boolean wasHalted, int lingered, Collection<TransferDescriptor> descriptors, Collection<Request> held) {
        halted = wasHalted;
        lingering = lingered;
        pending.addAll(descriptors);
        waiting.addAll(held);
    }

    /// A client's transfer or control request. It is answered now, or at an event.
    void submit(Request request) {
        if (halted && !info.isControl()) {
            request.fail(Errno.EPIPE);
        } else if (request.hasBuffer() && request.buffer().length() > TRANSFER_BYTES_MAX) {
            request.fail(Errno.EMSGSIZE);
        } else if (halted || !waiting.isEmpty() || !hasRoom(request)) {
            waiting.addLast(request);
        } else {
            enqueue(request);
        }
    }

    /// The driver's own control request.
    ///
    /// @throws SchemeException EAGAIN if the ring is full
    void submit(Asker asker, SetupPacket setup, BufferSlice data) {
        if (ring.free() < TransferSplit.trbsAtMost(data.length()) + 2) {
            throw new SchemeException(Errno.EAGAIN, "control ring of slot " + info.slot() + " is full");
        }
        enqueueControl(asker, setup, data.length(), map(data, setup.toHost()));
    }

    private boolean hasRoom(Request request) {
        long bytes = request.hasBuffer() ? request.buffer().length() : 0;
        int reserved = info.isControl() ? RESERVED_TRBS : 0;
        return ring.free() >= TransferSplit.trbsAtMost(bytes) + 2 + reserved;
    }

    private void enqueue(Request request) {
        long bytes = request.hasBuffer() ? request.buffer().length() : 0;
        try {
            if (info.isControl()) {
                SetupPacket setup = SetupPacket.ofLong(request.additional1());
                long address = bytes == 0 ? TransferDescriptor.NO_BUFFER : map(request.buffer(), setup.toHost());
                enqueueControl(new Asker.Client(request), setup, bytes, address);
            } else {
                long address = bytes == 0
                        ? TransferDescriptor.NO_BUFFER
                        : map(request.buffer(), info.address().in());
                enqueueData(new Asker.Client(request), bytes, address);
            }
        } catch (SchemeException notMapped) {
            request.fail(notMapped.errno());
        }
    }

    private long map(BufferSlice data, boolean toHost) {
        return data.length() == 0 ? TransferDescriptor.NO_BUFFER : port.dma().map(data, toHost);
    }

    private void enqueueData(Asker asker, long bytes, long address) {
        TransferSplit split = new TransferSplit(Math.max(0, address), bytes, info.packetBytes());
        int trbs = split.trbs();
        int first = ring.begin(trbs);
        for (int i = trbs - 1; i >= 0; i--) {
            int flags = i == trbs - 1 ? Trb.INTERRUPT_ON_COMPLETION : Trb.CHAIN;
            if (info.address().in()) {
                flags |= SHORT_OR_LAST;
            }
            ring.set(i, new Trb.Normal(split.addressOf(i), split.length(i), split.tdSize(i), 0, flags));
        }
        ring.commit(trbs);
        pending.addLast(new TransferDescriptor(asker, first, trbs, address, bytes));
        port.ringLater(this);
    }

    /// Setup, data and status stage: three transfer descriptors in the specification's words, one here (§4.11.2.2).
    private void enqueueControl(Asker asker, SetupPacket setup, long bytes, long address) {
        TransferSplit split = new TransferSplit(Math.max(0, address), bytes, info.packetBytes());
        int dataTrbs = bytes == 0 ? 0 : split.trbs();
        int trbs = dataTrbs + 2;
        boolean in = setup.toHost();
        int first = ring.begin(trbs);
        ring.set(trbs - 1, new Trb.StatusStage(0, Trb.INTERRUPT_ON_COMPLETION, bytes == 0 || !in));
        for (int i = dataTrbs - 1; i >= 0; i--) {
            int flags = (in ? SHORT_OR_LAST : 0) | (i < dataTrbs - 1 ? Trb.CHAIN : 0);
            ring.set(
                    1 + i,
                    i == 0
                            ? new Trb.DataStage(split.addressOf(0), split.length(0), split.tdSize(0), 0, flags, in)
                            : new Trb.Normal(split.addressOf(i), split.length(i), split.tdSize(i), 0, flags));
        }
        int stages = bytes == 0 ? Trb.SetupStage.NO_DATA : in ? Trb.SetupStage.IN_DATA : Trb.SetupStage.OUT_DATA;
        ring.set(0, new Trb.SetupStage(setup, SetupPacket.BYTES, 0, Trb.IMMEDIATE_DATA, stages));
        ring.commit(trbs);
        pending.addLast(new TransferDescriptor(asker, first, trbs, address, bytes));
        port.ringLater(this);
    }

    /// A transfer event of this endpoint.
    void completed(Trb.TransferEvent event) {
        int index = ring.indexOf(event.trb());
        int lingered = lingering;
        lingering = 0;
        ring.release(lingered);
        switch (event.code()) {
            // Stop Endpoint was ours; the endpoint context tells where it stopped.
            case STOPPED, STOPPED_LENGTH_INVALID, STOPPED_SHORT_PACKET -> {}
            case SUCCESS, SHORT_PACKET -> moved(event, index);
            case STALL_ERROR -> halt(index, Errno.EPIPE);
            case RING_UNDERRUN, RING_OVERRUN, MISSED_SERVICE, EVENT_LOST -> {}
            default -> halt(index, port.isConnected(info.slot()) ? Errno.EIO : Errno.ENODEV);
        }
        promote();
    }

    private void moved(Trb.TransferEvent event, int index) {
        TransferDescriptor head = pending.peekFirst();
        int position = head == null ? -1 : head.positionOf(index);
        if (head == null || position < 0) {
            return; // the second report of a descriptor that ended early
        }
        boolean last = position == head.trbs() - 1;
        TransferSplit split = new TransferSplit(Math.max(0, head.address()), head.bytes(), info.packetBytes());
        if (info.isControl()) {
            if (last) {
                finish(head, head.shortBytes() >= 0 ? head.shortBytes() : head.bytes());
            } else if (position > 0) {
                head.setShortBytes(movedUpTo(split, position - 1, event.length()));
            }
        } else {
            finish(head, movedUpTo(split, position, event.length()));
            if (!last) {
                // finish() gave the TRBs back; take them once more.
                lingering = head.trbs();
                ring.retain(lingering);
            }
        }
    }

    /// Bytes moved when TRB `trb` ended with a residue; a residue larger than the TRB is the controller's lie.
    private static long movedUpTo(TransferSplit split, int trb, long residue) {
        return split.start(trb) + Math.max(0, split.length(trb) - residue);
    }

    /// The oldest transfer failed; with it, all that are behind it in the ring and were not begun.
    private void halt(int index, Errno errno) {
        TransferDescriptor head = pending.peekFirst();
        if (head == null || index >= 0 && head.positionOf(index) < 0) {
            return; // about something that is over
        }
        halted = true;
        port.haltedLater(this);
        finish(head, errno.status());
        failPending(errno == Errno.ENODEV ? Errno.ENODEV : Errno.EPIPE);
        if (!info.isControl()) {
            failWaiting(errno == Errno.ENODEV ? Errno.ENODEV : Errno.EPIPE);
        }
    }

    private void finish(TransferDescriptor descriptor, long status) {
        pending.remove(descriptor);
        ring.release(descriptor.trbs());
        if (descriptor.asker() instanceof Asker.Nobody) {
            return;
        }
        unmap(descriptor);
        descriptor.asker().done(status);
    }

    private void unmap(TransferDescriptor descriptor) {
        if (descriptor.address() != TransferDescriptor.NO_BUFFER) {
            port.dma().unmap(descriptor.address());
        }
    }

    /// Puts requests that waited into the ring, as far as it has room.
    void promote() {
        while (!halted && !waiting.isEmpty() && hasRoom(waiting.peekFirst())) {
            enqueue(waiting.removeFirst());
        }
    }

    /// The controller no longer executes this endpoint: all transfers end.
    void failAll(Errno errno) {
        failPending(errno);
        failWaiting(errno);
    }

    private void failPending(Errno errno) {
        while (!pending.isEmpty()) {
            finish(pending.peekFirst(), errno.status());
        }
    }

    private void failWaiting(Errno errno) {
        while (!waiting.isEmpty()) {
            waiting.removeFirst().fail(errno);
        }
    }

    /// The controller was told to go on at the ring's enqueue place.
    void restarted() {
        halted = false;
        lingering = 0;
        ring.releaseAll();
        promote();
    }

    /// Whether this request is in work here.
    boolean holds(Request request) {
        return waiting.stream().anyMatch(held -> held.id() == request.id())
                || find(request).isPresent();
    }

    /// Takes back a request that has not gone into the ring.
    boolean removeWaiting(Request request) {
        return waiting.removeIf(held -> held.id() == request.id());
    }

    /// The descriptor of a client's request; the endpoint must be stopped before it is taken back.
    Optional<TransferDescriptor> find(Request request) {
        return pending.stream()
                .filter(descriptor ->
                        descriptor.asker() instanceof Asker.Client(Request asked) && asked.id() == request.id())
                .findFirst();
    }

    /// Takes back a descriptor of a stopped endpoint. The first one can be skipped; the caller then moves the
    /// controller to [#resumeIndex]. A later one is overwritten with TRBs that do nothing.
    ///
    /// @return whether the controller must be moved
    boolean takeBack(TransferDescriptor descriptor) {
        boolean first = pending.peekFirst() == descriptor;
        if (first) {
            finish(descriptor, Errno.ECANCELED.status());
            return true;
        }
        for (int i = 0; i < descriptor.trbs(); i++) {
            ring.blank(TransferRing.after(descriptor.first(), i), i == descriptor.trbs() - 1);
        }
        Asker asker = descriptor.asker();
        descriptor.abandon();
        unmap(descriptor);
        asker.fail(Errno.ECANCELED);
        return false;
    }

    /// Where the controller goes on: the oldest descriptor, or the enqueue place.
    int resumeIndex() {
        TransferDescriptor head = pending.peekFirst();
        return head == null ? ring.enqueueIndex() : head.first();
    }
}
