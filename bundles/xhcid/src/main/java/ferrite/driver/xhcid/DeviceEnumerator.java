package ferrite.driver.xhcid;

import ferrite.driver.xhcid.DmaMemory.Block;
import ferrite.hw.Octets;
import ferrite.hw.usb.EndpointAddress;
import ferrite.hw.usb.TransferType;
import ferrite.hw.usb.UsbDescriptor;
import ferrite.hw.usb.UsbSpeed;
import ferrite.hw.xhci.SlotContext;
import ferrite.hw.xhci.Trb;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Brings a connected device up: slot, address, descriptors, strings (xHCI 1.2 §4.3, USB 2.0 §9.1.2). Waits.
final class DeviceEnumerator {
    /// Most configurations that are read; devices have one or two.
    static final int CONFIGURATIONS_MAX = 8;

    private static final System.Logger LOG = System.getLogger(DeviceEnumerator.class.getName());
    private static final int SLOT_AND_CONTROL = 0b11;
    private static final int CONTROL_ONLY = 0b10;
    private static final int CONTROL_DCI = 1;
    private static final int FIRST_BYTES = 8;

    private final HostController controller;
    private final ControlPipe pipe;
    private long nextDeviceId;

    DeviceEnumerator(HostController controller, ControlPipe pipe, long nextDeviceId) {
        this.controller = controller;
        this.pipe = pipe;
        this.nextDeviceId = nextDeviceId;
    }

    long nextDeviceId() {
        return nextDeviceId;
    }

    /// @param port whose reset is done
    /// @param speedId from PORTSC
    /// @throws SchemeException if the device does not answer sensibly; nothing of it is left
    DeviceSlot enumerate(int port, int speedId) {
        Trb.CommandCompletionEvent enabled =
                controller.command(new Trb.EnableSlot(controller.layout().slotType(port)));
        int slot = enabled.slot();
        if (slot < 1
                || slot > controller.layout().slots()
                || controller.devices().stream().anyMatch(device -> device.slot() == slot)) {
            throw new SchemeException(Errno.EPROTO, "the controller gave slot " + slot);
        }
        DeviceSlot device = newDevice(new DeviceSlot.Place(nextDeviceId++, port, slot, speedId));
        controller.add(device);
        try {
            address(device);
            device.setInfo(describe(device));
            return device;
        } catch (SchemeException failed) {
            discard(device, Errno.ENODEV);
            throw failed;
        }
    }

    /// Lets the controller forget a device and ends everything that was in work with it.
    void discard(DeviceSlot device, Errno errno) {
        device.setGone();
        try {
            controller.command(new Trb.DisableSlot(device.slot()));
        } catch (SchemeException stuck) {
            LOG.log(System.Logger.Level.WARNING, "xhci: {0}", stuck.getMessage());
        }
        device.failAll(errno);
        controller.remove(device);
        device.release(controller.dma());
    }

    private DeviceSlot newDevice(DeviceSlot.Place place) {
        DmaMemory dma = controller.dma();
        int stride = controller.layout().contextBytes();
        Block deviceContext = dma.allocate((InputContext.CONTEXTS - 1L) * stride);
        Block inputContext = dma.allocate((long) InputContext.CONTEXTS * stride);
        DeviceSlot device = new DeviceSlot(place, deviceContext, inputContext, stride);
        device.add(
                controlEndpoint(device, TransferRing.create(dma), device.speed().controlPacketBytes()));
        return device;
    }

    private Endpoint controlEndpoint(DeviceSlot device, TransferRing ring, int packetBytes) {
        EndpointInfo info = new EndpointInfo(device.slot(), EndpointAddress.CONTROL, TransferType.CONTROL, packetBytes);
        return new Endpoint(info, ring, controller);
    }

    private void address(DeviceSlot device) {
        Endpoint control = device.control();
        InputContext input = new InputContext(device)
                .control(0, SLOT_AND_CONTROL)
                .slot(SlotContext.atRootHub(device.place().speedId(), CONTROL_DCI, device.port()))
                .endpoint(
                        CONTROL_DCI,
                        EndpointPlan.control(
                                control.info().packetBytes(), control.ring().addressOf(0)));
        controller.command(new Trb.AddressDevice(input.address(), device.slot(), false));
    }

    private DeviceInfo describe(DeviceSlot device) {
        learnPacketSize(device);
        byte[] deviceBytes = pipe.descriptor(device, UsbDescriptor.TYPE_DEVICE, 0, 0, UsbDescriptor.Device.BYTES);
        UsbDescriptor first = UsbDescriptor.decode(MemorySegment.ofArray(deviceBytes), 0, deviceBytes.length);
        if (!(first instanceof UsbDescriptor.Device header)) {
            throw new SchemeException(Errno.EPROTO, "port " + device.port() + " sends no device descriptor");
        }
        List<Octets> configurations = new ArrayList<>();
        for (int i = 0; i < Math.min(header.configurationCount(), CONFIGURATIONS_MAX); i++) {
            configurations.add(Octets.of(configuration(device, i)));
        }
        List<String> texts = new DeviceTexts(device, pipe).read(header.strings());
        return DeviceInfo.of(Octets.of(deviceBytes), configurations, texts)
                .orElseThrow(() -> new SchemeException(Errno.EPROTO, "port " + device.port() + " device descriptor"));
    }

    /// The first 8 bytes fit in any packet; they tell how large one may be (USB 2.0 §5.5.3, xHCI 1.2 §4.8.2.1).
    private void learnPacketSize(DeviceSlot device) {
        byte[] bytes = pipe.descriptor(device, UsbDescriptor.TYPE_DEVICE, 0, 0, FIRST_BYTES);
        if (bytes.length < FIRST_BYTES || bytes[1] != UsbDescriptor.TYPE_DEVICE) {
            throw new SchemeException(Errno.EPROTO, "port " + device.port() + " sends no device descriptor");
        }
        int value = bytes[FIRST_BYTES - 1] & 0xFF;
        boolean exponent = device.speed() == UsbSpeed.SUPER;
        int packetBytes = !exponent ? value : value <= 9 ? 1 << value : 0;
        if (packetBytes != 8 && packetBytes != 16 && packetBytes != 32 && packetBytes != 64 && packetBytes != 512) {
            throw new SchemeException(Errno.EPROTO, "port " + device.port() + " control packets of " + packetBytes);
        }
        Endpoint control = device.control();
        if (packetBytes != control.info().packetBytes()) {
            InputContext input = new InputContext(device)
                    .control(0, CONTROL_ONLY)
                    .endpoint(
                            CONTROL_DCI,
                            EndpointPlan.control(packetBytes, control.ring().enqueueAddress()));
            controller.command(new Trb.EvaluateContext(input.address(), device.slot()));
            device.add(controlEndpoint(device, control.ring(), packetBytes));
        }
    }

    private byte[] configuration(DeviceSlot device, int index) {
        int type = UsbDescriptor.TYPE_CONFIGURATION;
        byte[] head = pipe.descriptor(device, type, index, 0, UsbDescriptor.Configuration.BYTES);
        UsbDescriptor first = UsbDescriptor.decode(MemorySegment.ofArray(head), 0, head.length);
        if (!(first instanceof UsbDescriptor.Configuration header)
                || header.totalLength() < UsbDescriptor.Configuration.BYTES) {
            throw new SchemeException(Errno.EPROTO, "port " + device.port() + " configuration " + index);
        }
        return pipe.descriptor(device, type, index, 0, header.totalLength());
    }
}
