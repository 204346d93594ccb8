package ferrite.driver.xhcid;

import ferrite.driver.xhcid.DmaMemory.Block;
import ferrite.driver.xhcid.OpenFiles.OpenFile;
import ferrite.driver.xhcid.XhciMachine.Counters;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.scheme.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What xhcid hands to its successor: places in memory and numbers, as plain values. [StateReader] and
/// [StateWriter] are its form as bytes.
///
/// @param ports changed ports, 1..255 each
/// @param files open files by number
record XhciState(
        Handles handles,
        ControllerLayout layout,
        Rings rings,
        Counters counters,
        List<Integer> ports,
        List<Integer> failedPorts,
        List<Device> devices,
        long nextFile,
        Map<Long, OpenFile> files) {
    static final int VERSION = 1;

    /// Rings and files of the context.
    ///
    /// @param bridgeRing number of the ring to the bridge
    /// @param window file on it
    /// @param windowBytes size of the BAR
    /// @param dmaFile of the address map
    /// @param interrupt file of the interrupt, or -1
    record Handles(int bridgeRing, long window, long windowBytes, long dmaFile, long interrupt) {}

    /// A block of shared memory.
    ///
    /// @param offset in the pool
    /// @param address of the device
    record Place(long offset, long address) {
        static Place of(Block block) {
            return new Place(block.slice().offset(), block.address());
        }
    }

    /// Where a ring is and how far.
    record Cursor(Place place, int index, boolean cycle) {}

    /// What exists once per controller.
    record Rings(Place contexts, List<Place> scratchpads, Cursor commands, Place eventTable, Cursor events) {}

    /// A device.
    ///
    /// @param alternates interface → setting
    /// @param watchers numbers of requests that wait for the device to go
    record Device(
            DeviceSlot.Place place,
            Place deviceContext,
            Place inputContext,
            DeviceInfo info,
            int configuration,
            Map<Integer, Integer> alternates,
            List<EndpointImage> endpoints,
            List<Long> watchers) {}

    /// An endpoint.
    ///
    /// @param waiting numbers of requests that have not gone into the ring, in order
    record EndpointImage(
            EndpointInfo info,
            Cursor ring,
            int used,
            boolean halted,
            int lingering,
            List<Transfer> pending,
            List<Long> waiting) {}

    /// A transfer in the controller's hands.
    ///
    /// @param request number of the request, or -1 if it concerns nobody
    record Transfer(long request, int first, int trbs, long address, long bytes, long shortBytes) {}

    static XhciState of(XhciMachine machine) {
        HostController controller = machine.controller();
        ControllerMemory memory = controller.memory();
        Rings rings = new Rings(
                Place.of(memory.contexts()),
                memory.scratchpads().stream().map(Place::of).toList(),
                new Cursor(
                        Place.of(memory.commands().block()),
                        memory.commands().enqueueIndex(),
                        memory.commands().cycle()),
                Place.of(memory.events().table()),
                new Cursor(
                        Place.of(memory.events().block()),
                        memory.events().dequeue(),
                        memory.events().cycle()));
        Registers registers = controller.registers();
        List<Device> devices = new ArrayList<>();
        for (RootHubPort port : machine.hub().ports()) {
            port.device().ifPresent(device -> device.info().ifPresent(info -> devices.add(device(device, info))));
        }
        return new XhciState(
                new Handles(
                        registers.bridge().id(),
                        registers.window(),
                        registers.bytes(),
                        machine.dmaFile(),
                        machine.interrupt()),
                controller.layout(),
                rings,
                new Counters(
                        machine.enumerator().nextDeviceId(), machine.starter().nextTag()),
                controller.changedPorts().stream().boxed().toList(),
                machine.hub().ports().stream()
                        .filter(RootHubPort::hasFailed)
                        .map(RootHubPort::number)
                        .toList(),
                devices,
                machine.files().nextNumber(),
                Map.copyOf(machine.files().all()));
    }

    private static Device device(DeviceSlot device, DeviceInfo info) {
        return new Device(
                device.place(),
                Place.of(device.deviceContext()),
                Place.of(device.inputContext()),
                info,
                device.configuration(),
                Map.copyOf(device.alternates()),
                device.endpoints().stream().map(XhciState::endpoint).toList(),
                device.watchers().stream().map(Request::id).toList());
    }

    private static EndpointImage endpoint(Endpoint endpoint) {
        TransferRing ring = endpoint.ring();
        return new EndpointImage(
                endpoint.info(),
                new Cursor(Place.of(ring.block()), ring.enqueueIndex(), ring.cycle()),
                ring.used(),
                endpoint.isHalted(),
                endpoint.lingering(),
                endpoint.pending().stream().map(XhciState::transfer).toList(),
                endpoint.waiting().stream().map(Request::id).toList());
    }

    private static Transfer transfer(TransferDescriptor descriptor) {
        long request = descriptor.asker() instanceof Asker.Client(Request asked) ? asked.id() : -1;
        return new Transfer(
                request,
                descriptor.first(),
                descriptor.trbs(),
                descriptor.address(),
                descriptor.bytes(),
                descriptor.shortBytes());
    }

    PluginState encode() {
        return new PluginState(VERSION, new StateWriter().bytes(this));
    }

    /// @throws ferrite.spi.error.SchemeException EOPNOTSUPP for another version, EBADMSG for bytes that make no sense
    static XhciState decode(PluginState state) {
        return StateReader.read(state);
    }
}
