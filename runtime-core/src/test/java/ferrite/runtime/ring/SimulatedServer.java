package ferrite.runtime.ring;

import ferrite.spi.error.Errno;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingState;
import ferrite.spi.ring.SqeFlags;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;

/// A slow server of one simulated ring: it answers in any order, late, with any result, and keeps the events for which
/// there is no place.
final class SimulatedServer {
    private record Event(InFlight record, SimulatedRequest request) {}

    private final SimulatedCaller caller;
    private final ProducerEnd end;
    private final RandomGenerator random;
    private final List<InFlight> held = new ArrayList<>();
    private final Deque<Event> waiting = new ArrayDeque<>();
    private boolean ended;

    SimulatedServer(SimulatedCaller caller, RandomGenerator random) {
        this.caller = caller;
        this.random = random;
        end = caller.ring.producer();
    }

    /// One turn.
    ///
    /// @param patience one request in so many is answered now
    /// @param events whether there are new events
    /// @return whether it wants another turn by itself
    boolean turn(int patience, boolean events) {
        if (ended) {
            return false;
        }
        if (caller.ring.state() == RingState.BROKEN) {
            letGo();
            return false;
        }
        receive();
        letGoOfCancelled();
        postWaiting();
        for (InFlight record : List.copyOf(held)) {
            if (held.contains(record) && random.nextInt(patience) == 0) {
                work(record, events);
            }
        }
        receive();
        letGoOfCancelled();
        if (caller.isClosed() && end.drained()) {
            ended = true;
        }
        return held.stream().anyMatch(record -> !isArmed(record)) || end.hasReady();
    }

    private void receive() {
        for (InFlight record = end.receive(); record != null; record = end.receive()) {
            if (caller.wasScribbledOn()) {
                held.add(record);
                continue;
            }
            SimulatedRequest request = requestOf(record);
            caller.served(request);
            held.add(record);
        }
        forgetEnded();
    }

    /// Link timeouts end with what they limit.
    private void forgetEnded() {
        held.removeIf(record -> !record.isReceived());
    }

    private void letGoOfCancelled() {
        if (end.cancelsWaiting()) {
            end.forEachCancelled(this::cancelled);
        }
    }

    private void cancelled(InFlight record) {
        if (held.contains(record)) {
            answer(record, Errno.ECANCELED.status());
        }
    }

    private void work(InFlight record, boolean events) {
        if (record.opcode() == Opcode.LINK_TIMEOUT.code()) {
            InFlight limited = record.limited();
            answer(record, Errno.ETIMEDOUT.status());
            if (limited != null && held.contains(limited)) {
                answer(limited, Errno.ECANCELED.status());
            }
        } else if (isArmed(record)) {
            if (!caller.wasScribbledOn() && events) {
                waiting.add(new Event(record, requestOf(record)));
                postWaiting();
            }
        } else {
            answer(record, random.nextInt(4) == 0 ? Errno.EIO.status() : random.nextInt(100));
        }
    }

    private void postWaiting() {
        waiting.removeIf(event -> event.request.answered);
        while (!waiting.isEmpty()) {
            Event event = waiting.peekFirst();
            if (!end.post(event.record, event.request.eventsPosted, 0)) {
                return;
            }
            event.request.eventsPosted++;
            waiting.removeFirst();
        }
    }

    private void answer(InFlight record, long status) {
        held.remove(record);
        if (!caller.wasScribbledOn()) {
            SimulatedRequest request = requestOf(record);
            request.answered = true;
            request.answer = status;
        }
        end.complete(record, status, 0);
        forgetEnded();
    }

    void close() {
        if (!ended) {
            ended = true;
            held.clear();
            end.close(Errno.ENODEV);
        }
    }

    private void letGo() {
        ended = true;
        held.clear();
        end.abandon();
    }

    /// Requests in hand and events that wait: bounded, whatever the caller does.
    int load() {
        return held.size();
    }

    /// Events that found no place.
    int eventsWaiting() {
        return (int) waiting.stream().filter(event -> !event.request.answered).count();
    }

    private static boolean isArmed(InFlight record) {
        return (record.flags() & SqeFlags.SUBSCRIBE) != 0;
    }

    private SimulatedRequest requestOf(InFlight record) {
        return caller.requests.get((int) caller.ring.userData[record.index()]);
    }
}
