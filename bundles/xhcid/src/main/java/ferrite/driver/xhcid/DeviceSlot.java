package ferrite.driver.xhcid;

import ferrite.driver.xhcid.DmaMemory.Block;
import ferrite.hw.usb.UsbSpeed;
import ferrite.hw.xhci.EndpointContext;
import ferrite.hw.xhci.EndpointState;
import ferrite.hw.xhci.SlotContext;
import ferrite.hw.xhci.SlotState;
import ferrite.hw.xhci.Trb;
import ferrite.spi.error.Errno;
import ferrite.spi.scheme.Request;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A plugged-in device: its slot, contexts and endpoints (xHCI 1.2 §4.5).
final class DeviceSlot {
    private final Place place;
    private final Block deviceContext;
    private final Block inputContext;
    private final int contextBytes;
    private final TreeMap<Integer, Endpoint> endpoints = new TreeMap<>();
    private final TreeMap<Integer, Integer> alternates = new TreeMap<>();
    private final ArrayList<Request> watchers = new ArrayList<>();
    private @Nullable DeviceInfo info;
    private int configuration;
    private boolean gone;

    /// Where a device is.
    ///
    /// @param deviceId number of this connection: another device at the same port has another one
    /// @param port 1..255
    /// @param slot 1..255
    /// @param speedId protocol speed id, 1..15
    record Place(long deviceId, int port, int slot, int speedId) {}

    DeviceSlot(Place place, Block deviceContext, Block inputContext, int contextBytes) {
        this.place = place;
        this.deviceContext = deviceContext;
        this.inputContext = inputContext;
        this.contextBytes = contextBytes;
    }

    Place place() {
        return place;
    }

    long deviceId() {
        return place.deviceId();
    }

    int port() {
        return place.port();
    }

    int slot() {
        return place.slot();
    }

    /// The speed; an id beyond USB 3.0 counts as SuperSpeed.
    UsbSpeed speed() {
        return UsbSpeed.ofPsi(place.speedId()).orElse(UsbSpeed.SUPER);
    }

    Block deviceContext() {
        return deviceContext;
    }

    Block inputContext() {
        return inputContext;
    }

    int contextBytes() {
        return contextBytes;
    }

    /// What the device said; empty while it is brought up.
    Optional<DeviceInfo> info() {
        return Optional.ofNullable(info);
    }

    void setInfo(DeviceInfo newInfo) {
        info = newInfo;
    }

    /// The selected configuration's value; 0 = none.
    int configuration() {
        return configuration;
    }

    void setConfiguration(int value) {
        configuration = value;
    }

    /// Alternate settings by interface; an interface that is not in it has setting 0.
    Map<Integer, Integer> alternates() {
        return alternates;
    }

    int alternate(int interfaceNumber) {
        return alternates.getOrDefault(interfaceNumber, 0);
    }

    boolean isGone() {
        return gone;
    }

    void setGone() {
        gone = true;
    }

    void add(Endpoint endpoint) {
        endpoints.put(endpoint.info().dci(), endpoint);
    }

    void remove(int dci) {
        endpoints.remove(dci);
    }

    Collection<Endpoint> endpoints() {
        return endpoints.values();
    }

    Optional<Endpoint> endpoint(int dci) {
        return Optional.ofNullable(endpoints.get(dci));
    }

    /// The control endpoint, which every device has.
    Endpoint control() {
        return endpoint(1).orElseThrow(() -> new IllegalStateException("slot " + slot() + " has no control endpoint"));
    }

    void completed(Trb.TransferEvent event) {
        Endpoint endpoint = endpoints.get(event.endpoint());
        if (endpoint != null) {
            endpoint.completed(event);
        }
    }

    /// The controller's view of the slot.
    SlotState state() {
        return SlotContext.decode(deviceContext.segment(), 0).state();
    }

    /// The controller's view of the slot context.
    SlotContext slotContext() {
        return SlotContext.decode(deviceContext.segment(), 0);
    }

    /// The controller's view of an endpoint.
    EndpointContext endpointContext(int dci) {
        return EndpointContext.decode(deviceContext.segment(), (long) dci * contextBytes);
    }

    EndpointState endpointState(int dci) {
        return endpointContext(dci).state();
    }

    /// Requests that stay armed until the device is unplugged.
    List<Request> watchers() {
        return watchers;
    }

    /// @return whether it was one of the watchers
    boolean removeWatcher(Request request) {
        return watchers.removeIf(watcher -> watcher.id() == request.id());
    }

    void failAll(Errno errno) {
        endpoints.values().forEach(endpoint -> endpoint.failAll(errno));
        watchers.forEach(watcher -> watcher.fail(errno));
        watchers.clear();
    }

    /// Gives all memory back; the controller must have let go of the slot.
    void release(DmaMemory dma) {
        endpoints.values().forEach(endpoint -> dma.release(endpoint.ring().block()));
        endpoints.clear();
        dma.release(deviceContext);
        dma.release(inputContext);
    }
}
