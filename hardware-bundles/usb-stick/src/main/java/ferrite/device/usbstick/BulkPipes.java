package ferrite.device.usbstick;

import ferrite.spi.error.Errno;
import ferrite.spi.scheme.Request;
import java.util.ArrayDeque;
import java.util.List;

/// The two bulk endpoints: requests wait here, in order, while the device answers NAK.
///
/// A host may queue a command, its data and its status at once, on two endpoints; this class lets them in as the phases
/// of the transport allow. The queues are bounded by what the askers' rings let in flight. Nothing here is part of the
/// saved state: waiting requests stay in the runtime, in their order.
final class BulkPipes {
    /// Endpoint that receives.
    static final int OUT_ENDPOINT = 2;
    /// Endpoint that sends.
    static final int IN_ENDPOINT = 1;

    private final BulkOnlyTransport transport;
    private final ArrayDeque<Request> toDevice = new ArrayDeque<>();
    private final ArrayDeque<Request> toHost = new ArrayDeque<>();

    BulkPipes(BulkOnlyTransport transport) {
        this.transport = transport;
    }

    void receive(Request request) {
        toDevice.add(request);
        run();
    }

    void send(Request request) {
        toHost.add(request);
        run();
    }

    /// Moves what can be moved; to be called after every change of a halt or of the phase.
    void run() {
        boolean moved;
        do {
            moved = runOne(toDevice, true);
            moved |= runOne(toHost, false);
        } while (moved);
    }

    private boolean runOne(ArrayDeque<Request> queue, boolean out) {
        Request request = queue.peek();
        if (request == null) {
            return false;
        }
        if (!request.isLive()) {
            queue.remove();
            return true;
        }
        long size = request.hasBuffer() ? request.buffer().length() : 0;
        if (size == 0) {
            // A packet without data carries no wrapper and no block.
            queue.remove();
            request.complete(0);
            return true;
        }
        long handshake = out ? transport.receive(request) : transport.send(request);
        if (handshake == Handshake.NAK) {
            return false;
        }
        queue.remove();
        if (handshake == Handshake.PENDING) {
            return true;
        }
        if (handshake == Handshake.STALL) {
            request.fail(Errno.EPIPE);
        } else {
            request.complete(handshake);
        }
        return true;
    }

    /// Answers what waits: the device was reset or the wires changed their meaning.
    void abort(Errno errno) {
        abort(toDevice, errno);
        abort(toHost, errno);
    }

    private static void abort(ArrayDeque<Request> queue, Errno errno) {
        for (Request request = queue.poll(); request != null; request = queue.poll()) {
            if (request.isLive()) {
                request.fail(errno);
            }
        }
    }

    /// Answers ECANCELED if the request waits here. What the image has in work is answered when it has ended.
    void cancel(Request request) {
        if (toDevice.remove(request) || toHost.remove(request)) {
            request.fail(Errno.ECANCELED);
        }
    }

    /// Forgets requests that another instance will answer.
    void forget() {
        toDevice.clear();
        toHost.clear();
    }

    /// Takes over what waited at a predecessor.
    void adopt(List<Request> waiting, int outOpcode) {
        forget();
        for (Request request : waiting) {
            (request.opcode() == outOpcode ? toDevice : toHost).add(request);
        }
    }
}
