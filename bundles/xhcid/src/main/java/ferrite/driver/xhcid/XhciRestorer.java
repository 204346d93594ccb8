package ferrite.driver.xhcid;

import ferrite.driver.xhcid.DmaMemory.Block;
import ferrite.driver.xhcid.XhciState.Cursor;
import ferrite.driver.xhcid.XhciState.Device;
import ferrite.driver.xhcid.XhciState.EndpointImage;
import ferrite.driver.xhcid.XhciState.Place;
import ferrite.driver.xhcid.XhciState.Transfer;
import ferrite.hw.xhci.EventRingSegmentTableEntry;
import ferrite.hw.xhci.Trb;
import ferrite.spi.context.Context;
import ferrite.spi.error.Errno;
import ferrite.spi.plugin.Settings;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Builds the running driver from what a predecessor left in the context: rings, files, memory, requests.
final class XhciRestorer {
    private final Context context;
    private final Settings settings;
    private final XhciNames names;
    private final XhciState state;
    private final DmaMemory dma;

    XhciRestorer(Context context, Settings settings, XhciNames names, XhciState state) {
        this.context = context;
        this.settings = settings;
        this.names = names;
        this.state = state;
        this.dma = new DmaMemory(context.pool(), context.dmaMap(state.handles().dmaFile()));
    }

    /// @param requests outstanding ones by number
    XhciMachine restore(SchemeSocket socket, Map<Long, Request> requests) {
        XhciState.Handles handles = state.handles();
        Registers registers =
                new Registers(context.ring(handles.bridgeRing()), handles.window(), handles.windowBytes());
        HostController controller = new HostController(context, registers, state.layout(), dma, memory());
        XhciMachine machine = XhciMachine.of(
                context,
                settings,
                names,
                socket,
                state.counters(),
                new XhciMachine.Files(handles.dmaFile(), handles.interrupt()),
                controller);
        for (Device image : state.devices()) {
            DeviceSlot device = device(image, controller, requests);
            controller.add(device);
            machine.hub().port(device.port()).ifPresent(port -> port.connected(device));
            if (device.control().isHalted()) {
                controller.haltedLater(device.control());
            }
        }
        state.failedPorts().forEach(number -> machine.hub().port(number).ifPresent(RootHubPort::setFailed));
        state.ports().forEach(controller.changedPorts()::set);
        machine.files().restore(state.files(), state.nextFile());
        // Every request that was handed over is somewhere above; one that is not would wait for ever.
        requests.values().forEach(request -> request.fail(Errno.EIO));
        return machine;
    }

    private ControllerMemory memory() {
        XhciState.Rings rings = state.rings();
        List<Block> scratchpads = new ArrayList<>();
        for (Place place : rings.scratchpads()) {
            scratchpads.add(block(place, Long.BYTES));
        }
        return new ControllerMemory(
                block(rings.contexts(), (state.layout().slots() + 1L) * Long.BYTES),
                scratchpads,
                CommandRing.resume(
                        block(rings.commands().place(), (long) CommandRing.ENTRIES * Trb.BYTES),
                        rings.commands().index(),
                        rings.commands().cycle()),
                EventRing.resume(
                        block(rings.eventTable(), EventRingSegmentTableEntry.BYTES),
                        block(rings.events().place(), (long) EventRing.ENTRIES * Trb.BYTES),
                        rings.events().index(),
                        rings.events().cycle()));
    }

    private DeviceSlot device(Device image, HostController controller, Map<Long, Request> requests) {
        int stride = state.layout().contextBytes();
        DeviceSlot device = new DeviceSlot(
                image.place(),
                block(image.deviceContext(), (InputContext.CONTEXTS - 1L) * stride),
                block(image.inputContext(), (long) InputContext.CONTEXTS * stride),
                stride);
        device.setInfo(image.info());
        device.setConfiguration(image.configuration());
        device.alternates().putAll(image.alternates());
        image.endpoints().forEach(each -> device.add(endpoint(each, controller, requests)));
        device.watchers().addAll(take(image.watchers(), requests));
        return device;
    }

    private Endpoint endpoint(EndpointImage image, HostController controller, Map<Long, Request> requests) {
        Cursor cursor = image.ring();
        TransferRing ring = TransferRing.resume(
                block(cursor.place(), (long) TransferRing.ENTRIES * Trb.BYTES),
                cursor.index(),
                cursor.cycle(),
                image.used());
        List<TransferDescriptor> pending = new ArrayList<>();
        for (Transfer transfer : image.pending()) {
            pending.add(descriptor(transfer, requests));
        }
        Endpoint endpoint = new Endpoint(image.info(), ring, controller);
        endpoint.restore(image.halted(), image.lingering(), pending, take(image.waiting(), requests));
        return endpoint;
    }

    /// The requests with these numbers that are still outstanding.
    private static List<Request> take(List<Long> numbers, Map<Long, Request> requests) {
        List<Request> taken = new ArrayList<>();
        for (long number : numbers) {
            Request request = requests.remove(number);
            if (request != null) {
                taken.add(request);
            }
        }
        return taken;
    }

    /// A transfer whose request is gone still has to end; nobody hears of it, but its buffer is let go.
    private static TransferDescriptor descriptor(Transfer transfer, Map<Long, Request> requests) {
        Request request = requests.remove(transfer.request());
        Asker asker = transfer.request() < 0
                ? new Asker.Nobody()
                : request == null ? new Asker.Sequence() : new Asker.Client(request);
        TransferDescriptor descriptor =
                new TransferDescriptor(asker, transfer.first(), transfer.trbs(), transfer.address(), transfer.bytes());
        descriptor.setShortBytes(transfer.shortBytes());
        return descriptor;
    }

    private Block block(Place place, long bytes) {
        return dma.reattach(place.offset(), place.address(), bytes);
    }
}
