package ferrite.client;

/// Places of a [RequestTable] in order: first in, first out, bounded by the table.
final class PlaceQueue {
    private final int[] places;
    private int head;
    private int count;

    PlaceQueue(int capacity) {
        places = new int[capacity];
    }

    int size() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    void add(int place) {
        if (count == places.length) {
            throw new IllegalStateException("more than " + places.length + " places wait");
        }
        places[(head + count++) % places.length] = place;
    }

    int first() {
        return places[head];
    }

    /// @param index 0 = first
    int get(int index) {
        return places[(head + index) % places.length];
    }

    void removeFirst() {
        head = (head + 1) % places.length;
        count--;
    }
}
