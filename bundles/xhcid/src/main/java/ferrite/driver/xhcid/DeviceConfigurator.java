package ferrite.driver.xhcid;

import ferrite.driver.xhcid.UsbConfiguration.Alternate;
import ferrite.driver.xhcid.UsbConfiguration.EndpointEntry;
import ferrite.hw.usb.SetupPacket;
import ferrite.hw.xhci.CompletionCode;
import ferrite.hw.xhci.SlotContext;
import ferrite.hw.xhci.Trb;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Selects configurations and alternate settings, in the controller and in the device (xHCI 1.2 §4.3.5, §4.6.6).
final class DeviceConfigurator {
    private static final int SLOT_CONTEXT = 1;

    private final HostController controller;
    private final ControlPipe pipe;

    DeviceConfigurator(HostController controller, ControlPipe pipe) {
        this.controller = controller;
        this.pipe = pipe;
    }

    /// Selects a configuration and one setting of an interface. The first call configures all interfaces, each with
    /// its setting 0; a later one for the same configuration changes one interface only, so that every class driver
    /// of a composite device can ask for its own.
    ///
    /// @throws SchemeException EINVAL (no such configuration or setting), EBUSY (configured otherwise), EIO, EPIPE,
    ///         ENODEV, ETIMEDOUT
    void configure(DeviceSlot device, int value, int interfaceNumber, int alternate) {
        UsbConfiguration configuration = device.info()
                .flatMap(info -> info.configuration(value))
                .orElseThrow(
                        () -> new SchemeException(Errno.EINVAL, "port " + device.port() + ": configuration " + value));
        if (configuration.find(interfaceNumber, alternate).isEmpty()) {
            throw new SchemeException(
                    Errno.EINVAL,
                    "port " + device.port() + " interface " + interfaceNumber + " alternate " + alternate);
        }
        if (device.configuration() != 0 && device.configuration() != value) {
            throw new SchemeException(
                    Errno.EBUSY, "port " + device.port() + " has configuration " + device.configuration());
        }
        if (device.configuration() == value && device.alternate(interfaceNumber) == alternate) {
            return;
        }
        Map<Integer, Integer> settings = new HashMap<>(device.alternates());
        settings.put(interfaceNumber, alternate);
        boolean first = device.configuration() == 0;
        change(device, wanted(configuration, settings), first ? -1 : interfaceNumber, configuration);
        if (first) {
            select(device, value);
        }
        if (alternate != 0 || !first) {
            pipe.noData(device, SetupPacket.setInterface(interfaceNumber, alternate));
        }
        device.alternates().putAll(settings);
    }

    private void select(DeviceSlot device, int value) {
        try {
            pipe.noData(device, SetupPacket.setConfiguration(value));
            device.setConfiguration(value);
        } catch (SchemeException refused) {
            controller.command(new Trb.ConfigureEndpoint(0, device.slot(), true));
            for (Endpoint endpoint : List.copyOf(device.endpoints())) {
                if (!endpoint.info().isControl()) {
                    drop(device, endpoint);
                }
            }
            throw refused;
        }
    }

    /// The endpoints of a configuration with these alternate settings; of two with one address the first counts.
    private static Map<Integer, EndpointEntry> wanted(UsbConfiguration configuration, Map<Integer, Integer> settings) {
        TreeMap<Integer, EndpointEntry> endpoints = new TreeMap<>();
        for (Alternate each : configuration.interfaces()) {
            if (settings.getOrDefault(each.header().number(), 0)
                    == each.header().alternate()) {
                each.endpoints().stream()
                        .filter(EndpointEntry::isUsable)
                        .forEach(endpoint ->
                                endpoints.putIfAbsent(endpoint.address().dci(), endpoint));
            }
        }
        return endpoints;
    }

    /// @param onlyInterface whose endpoints are dropped and made anew; -1 = there are none yet
    private void change(
            DeviceSlot device, Map<Integer, EndpointEntry> wanted, int onlyInterface, UsbConfiguration configuration) {
        List<Endpoint> dropped = new ArrayList<>();
        for (Alternate each : configuration.interfaces()) {
            if (each.header().number() == onlyInterface
                    && each.header().alternate() == device.alternate(onlyInterface)) {
                each.endpoints()
                        .forEach(entry -> device.endpoint(entry.address().dci())
                                .filter(endpoint -> !endpoint.info().isControl())
                                .ifPresent(dropped::add));
            }
        }
        int drop = 0;
        for (Endpoint endpoint : dropped) {
            drop |= 1 << endpoint.info().dci();
        }
        Map<Integer, Endpoint> added = new HashMap<>();
        InputContext input = new InputContext(device);
        int add = 0;
        for (Map.Entry<Integer, EndpointEntry> entry : wanted.entrySet()) {
            int dci = entry.getKey();
            if (device.endpoint(dci).isEmpty() || (drop & 1 << dci) != 0) {
                TransferRing ring = TransferRing.create(controller.dma());
                added.put(dci, newEndpoint(device, entry.getValue(), ring));
                input.endpoint(dci, EndpointPlan.of(entry.getValue(), device.speed(), ring.addressOf(0)));
                add |= 1 << dci;
            }
        }
        if (add != 0 || drop != 0) {
            SlotContext slot = device.slotContext()
                    .withContextEntries(
                            wanted.keySet().stream().max(Integer::compare).orElse(1));
            input.control(drop, add | SLOT_CONTEXT).slot(slot);
            tell(device, input, added.values());
        }
        dropped.forEach(endpoint -> drop(device, endpoint));
        added.values().forEach(device::add);
    }

    private void tell(DeviceSlot device, InputContext input, Collection<Endpoint> added) {
        Trb.ConfigureEndpoint command = new Trb.ConfigureEndpoint(input.address(), device.slot(), false);
        CompletionCode code = controller.tryCommand(command).code();
        if (code != CompletionCode.SUCCESS) {
            added.forEach(endpoint -> controller.dma().release(endpoint.ring().block()));
            throw new SchemeException(Errno.EIO, "xHCI command " + command + " ended with " + code);
        }
    }

    private Endpoint newEndpoint(DeviceSlot device, EndpointEntry entry, TransferRing ring) {
        EndpointInfo info = new EndpointInfo(
                device.slot(),
                entry.address(),
                entry.header().transferType(),
                entry.header().maxPacketBytes());
        return new Endpoint(info, ring, controller);
    }

    private void drop(DeviceSlot device, Endpoint endpoint) {
        device.remove(endpoint.info().dci());
        endpoint.failAll(Errno.ECANCELED);
        controller.dma().release(endpoint.ring().block());
    }
}
