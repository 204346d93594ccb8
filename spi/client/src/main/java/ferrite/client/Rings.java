package ferrite.client;

import ferrite.spi.error.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The rings of one reactor by place. Changed by the owner; looked up by any thread.
final class Rings {
    private static final AtomicLong REACTORS = new AtomicLong();

    /// Makes a ring once its place is known.
    @FunctionalInterface
    interface Maker<T> {
        T at(int index, int use);
    }

    /// What stands at a place.
    ///
    /// @param use which use of the place
    /// @param consumer the ring if it is asked on
    /// @param producer the ring if it is served
    private record Place(
            int use,
            @Nullable ConsumerPort consumer,
            @Nullable RequestStream producer) {
        boolean isFree() {
            return consumer == null && producer == null;
        }
    }

    final long reactor = REACTORS.incrementAndGet();

    private volatile List<Place> places = List.of();
    private volatile List<ConsumerPort> consumers = List.of();
    private volatile List<RequestStream> producers = List.of();

    List<ConsumerPort> consumers() {
        return consumers;
    }

    ConsumerPort addConsumer(Maker<ConsumerPort> maker) {
        int index = freePlace();
        int use = places.get(index).use;
        ConsumerPort port = maker.at(index, use);
        set(index, new Place(use, port, null));
        return port;
    }

    RequestStream addProducer(Maker<RequestStream> maker) {
        int index = freePlace();
        int use = places.get(index).use;
        RequestStream stream = maker.at(index, use);
        set(index, new Place(use, null, stream));
        return stream;
    }

    void remove(RingId id) {
        Place place = place(id);
        if (place.consumer != null && !place.consumer.isIdle()) {
            throw new IllegalStateException(id + " has requests: " + place.consumer.meter() + "; cancel them first");
        }
        if (place.producer != null) {
            place.producer.end();
        }
        set(id.index(), new Place(place.use + 1, null, null));
    }

    ConsumerPort consumer(ConsumerRingId id) {
        ConsumerPort port = place(id).consumer;
        if (port == null || !port.id.equals(id)) {
            throw new IllegalArgumentException(id + " is not a ring that is asked on");
        }
        return port;
    }

    RequestStream producer(ProducerRingId id) {
        RequestStream stream = place(id).producer;
        if (stream == null) {
            throw new IllegalArgumentException(id + " is not a ring that is served");
        }
        return stream;
    }

    int poll(int budget) {
        int found = 0;
        List<ConsumerPort> asked = consumers;
        for (int i = 0; i < asked.size(); i++) {
            ConsumerPort port = asked.get(i);
            found += port.pump();
            port.flush();
            found += port.reap(budget);
        }
        List<RequestStream> served = producers;
        for (int i = 0; i < served.size(); i++) {
            found += served.get(i).poll(budget);
        }
        // Completions have made room, and their callbacks have submitted more.
        for (int i = 0; i < asked.size(); i++) {
            ConsumerPort port = asked.get(i);
            found += port.pump();
            port.flush();
        }
        return found;
    }

    boolean isReady() {
        for (ConsumerPort port : consumers) {
            if (port.isReady()) {
                return true;
            }
        }
        return false;
    }

    boolean isIdle() {
        return consumers.stream().allMatch(ConsumerPort::isIdle);
    }

    void cancelAll() {
        consumers.forEach(ConsumerPort::cancelAll);
        producers.forEach(RequestStream::end);
    }

    void abandon(Errno errno) {
        consumers.forEach(port -> port.abandon(errno));
    }

    private Place place(RingId id) {
        if (id.reactor() != reactor) {
            throw new IllegalArgumentException(
                    id + " belongs to reactor " + id.reactor() + ", this is reactor " + reactor);
        }
        List<Place> now = places;
        if (id.index() < 0 || id.index() >= now.size()) {
            throw new IllegalArgumentException(id + " names none of the " + now.size() + " places of this reactor");
        }
        Place place = now.get(id.index());
        if (place.use != id.use() || place.isFree()) {
            throw new IllegalArgumentException(id + " was removed");
        }
        return place;
    }

    private int freePlace() {
        List<Place> now = places;
        for (int index = 0; index < now.size(); index++) {
            if (now.get(index).isFree()) {
                return index;
            }
        }
        if (now.size() == Reactor.RINGS_MAX) {
            throw new IllegalStateException("the reactor has " + Reactor.RINGS_MAX + " rings; remove one");
        }
        List<Place> grown = new ArrayList<>(now);
        grown.add(new Place(0, null, null));
        places = List.copyOf(grown);
        return now.size();
    }

    private void set(int index, Place place) {
        List<Place> changed = new ArrayList<>(places);
        changed.set(index, place);
        List<ConsumerPort> asked = new ArrayList<>();
        List<RequestStream> served = new ArrayList<>();
        for (Place each : changed) {
            if (each.consumer != null) {
                asked.add(each.consumer);
            }
            if (each.producer != null) {
                served.add(each.producer);
            }
        }
        places = List.copyOf(changed);
        consumers = List.copyOf(asked);
        producers = List.copyOf(served);
    }
}
