package ferrite.driver.xhcid;

/// One transfer in the controller's hands: consecutive TRBs of a ring. A control transfer is one of them, with its
/// setup, data and status stages.
final class TransferDescriptor {
    /// No buffer is mapped.
    static final long NO_BUFFER = -1;

    private Asker asker;
    private final int first;
    private final int trbs;
    private final long address;
    private final long bytes;
    private long shortBytes = -1;

    /// @param first index of the first TRB
    /// @param trbs how many
    /// @param address where the buffer is mapped, or [#NO_BUFFER]
    /// @param bytes of the buffer
    TransferDescriptor(Asker asker, int first, int trbs, long address, long bytes) {
        this.asker = asker;
        this.first = first;
        this.trbs = trbs;
        this.address = address;
        this.bytes = bytes;
    }

    Asker asker() {
        return asker;
    }

    /// The transfer no longer concerns anybody.
    void abandon() {
        asker = new Asker.Nobody();
    }

    int first() {
        return first;
    }

    int trbs() {
        return trbs;
    }

    long address() {
        return address;
    }

    long bytes() {
        return bytes;
    }

    /// Bytes that a control transfer's data stage moved, if it ended early; else -1.
    long shortBytes() {
        return shortBytes;
    }

    void setShortBytes(long moved) {
        shortBytes = moved;
    }

    /// Place of a TRB in it; -1 if it is not one of its TRBs.
    int positionOf(int index) {
        int distance = index < 0 ? trbs : TransferRing.distance(first, index);
        return distance < trbs ? distance : -1;
    }
}
