package ferrite.driver.xhcid;

/// What an [Endpoint] needs of its controller.
interface ControllerPort {
    /// Memory shared with the controller.
    DmaMemory dma();

    /// Rings the endpoint's doorbell at the end of this turn: one doorbell for all that was enqueued in it.
    void ringLater(Endpoint endpoint);

    /// The endpoint was halted by an error.
    void haltedLater(Endpoint endpoint);

    /// Whether the device in this slot is still plugged in.
    boolean isConnected(int slot);
}
