package ferrite.driver.xhcid;

import ferrite.driver.xhcid.ControllerLayout.PortProtocol;
import ferrite.driver.xhcid.OpenFiles.OpenFile;
import ferrite.driver.xhcid.XhciMachine.Counters;
import ferrite.driver.xhcid.XhciState.Cursor;
import ferrite.driver.xhcid.XhciState.Device;
import ferrite.driver.xhcid.XhciState.EndpointImage;
import ferrite.driver.xhcid.XhciState.Handles;
import ferrite.driver.xhcid.XhciState.Place;
import ferrite.driver.xhcid.XhciState.Rings;
import ferrite.driver.xhcid.XhciState.Transfer;
import ferrite.hw.Octets;
import ferrite.hw.usb.EndpointAddress;
import ferrite.hw.usb.TransferType;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.PluginState;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Reads [XhciState] from bytes that may be hostile: every number is checked against what the driver will do with
/// it.
final class StateReader {
    private static final int PORT_MAX = 255;
    private static final int SCRATCHPADS_MAX = 1024;
    private static final int ENDPOINTS_MAX = 31;
    private static final int WAITING_MAX = 65_536;
    private static final int PACKET_BYTES_MAX = 2047;
    private static final int DESCRIPTOR_BYTES_MAX = 65_535;
    private static final int SPEED_ID_MAX = 15;

    private final DataInputStream in;

    /// One element of a list.
    private interface Element<T> {
        T read() throws IOException;
    }

    private StateReader(byte[] bytes) {
        in = new DataInputStream(new ByteArrayInputStream(bytes));
    }

    /// @throws SchemeException EOPNOTSUPP for another version, EBADMSG for bytes that make no sense
    static XhciState read(PluginState state) {
        if (state.version() != XhciState.VERSION) {
            throw new SchemeException(
                    Errno.EOPNOTSUPP, "xhcid state version " + state.version() + " ≠ " + XhciState.VERSION);
        }
        try {
            return new StateReader(state.bytes()).read();
        } catch (IOException truncated) {
            throw new SchemeException(Errno.EBADMSG, "xhcid state: " + truncated);
        }
    }

    private XhciState read() throws IOException {
        Handles handles = new Handles(in.readInt(), in.readLong(), in.readLong(), in.readLong(), in.readLong());
        ControllerLayout layout = layout(handles.windowBytes());
        Rings rings = new Rings(
                place(),
                list(SCRATCHPADS_MAX, this::place),
                cursor(CommandRing.ENTRIES - 1),
                place(),
                cursor(EventRing.ENTRIES));
        Counters counters = new Counters(positive("device number"), positive("tag"));
        List<Integer> changed = list(PORT_MAX, () -> range("port", 1, layout.ports()));
        List<Integer> failed = list(PORT_MAX, () -> range("port", 1, layout.ports()));
        List<Device> devices = list(layout.ports(), () -> device(layout, counters));
        require(devices.stream().map(each -> each.place().port()).distinct().count() == devices.size(), "port twice");
        require(devices.stream().map(each -> each.place().slot()).distinct().count() == devices.size(), "slot twice");
        long nextFile = positive("file");
        Map<Long, OpenFile> files = files(nextFile, counters);
        require(in.read() < 0, "bytes after the end");
        return new XhciState(handles, layout, rings, counters, changed, failed, devices, nextFile, files);
    }

    private ControllerLayout layout(long windowBytes) throws IOException {
        ControllerLayout layout = new ControllerLayout(
                in.readInt(),
                in.readInt(),
                in.readInt(),
                in.readInt(),
                in.readInt(),
                in.readInt(),
                list(ControllerLayout.PROTOCOLS_MAX, this::protocol));
        try {
            layout.check(windowBytes);
        } catch (SchemeException outside) {
            throw new SchemeException(Errno.EBADMSG, "xhcid state: " + outside.getMessage());
        }
        return layout;
    }

    private PortProtocol protocol() throws IOException {
        return new PortProtocol(
                range("major", 0, 255), range("port", 0, PORT_MAX), range("ports", 1, PORT_MAX), range("type", 0, 31));
    }

    private Device device(ControllerLayout layout, Counters counters) throws IOException {
        long deviceId = positive("device number");
        require(deviceId < counters.nextDeviceId(), "device number " + deviceId);
        DeviceSlot.Place place = new DeviceSlot.Place(
                deviceId,
                range("port", 1, layout.ports()),
                range("slot", 1, layout.slots()),
                range("speed", 0, SPEED_ID_MAX));
        Place deviceContext = place();
        Place inputContext = place();
        Octets deviceBytes = octets();
        List<Octets> configurations = list(DeviceEnumerator.CONFIGURATIONS_MAX, this::octets);
        DeviceInfo info = DeviceInfo.of(deviceBytes, configurations, list(DeviceInfo.TEXTS, in::readUTF))
                .orElseThrow(() -> new SchemeException(Errno.EBADMSG, "xhcid state: descriptors"));
        int configuration = range("configuration", 0, 255);
        Map<Integer, Integer> alternates = new TreeMap<>();
        int count = range("alternates", 0, 256);
        for (int i = 0; i < count; i++) {
            alternates.put(range("interface", 0, 255), range("alternate", 0, 255));
        }
        List<EndpointImage> endpoints = list(ENDPOINTS_MAX, () -> endpoint(place.slot()));
        require(
                endpoints.stream().map(each -> each.info().dci()).distinct().count() == endpoints.size(),
                "endpoint twice");
        require(endpoints.stream().anyMatch(each -> each.info().dci() == 1), "no control endpoint");
        return new Device(
                place,
                deviceContext,
                inputContext,
                info,
                configuration,
                alternates,
                endpoints,
                list(WAITING_MAX, in::readLong));
    }

    private EndpointImage endpoint(int slot) throws IOException {
        EndpointAddress address = EndpointAddress.of(range("endpoint", 0, 255));
        TransferType type = TransferType.of(range("type", 0, 3));
        require((type == TransferType.CONTROL) == (address.number() == 0), "endpoint " + address + " " + type);
        EndpointInfo info = new EndpointInfo(slot, address, type, range("packet", 1, PACKET_BYTES_MAX));
        Cursor ring = cursor(TransferRing.USABLE);
        int used = range("used TRBs", 0, TransferRing.IN_FLIGHT_MAX);
        boolean halted = in.readBoolean();
        int lingering = range("lingering TRBs", 0, used);
        List<Transfer> pending = list(TransferRing.IN_FLIGHT_MAX, this::transfer);
        int inFlight = lingering + pending.stream().mapToInt(Transfer::trbs).sum();
        require(inFlight <= used, inFlight + " TRBs in flight, " + used + " used");
        return new EndpointImage(info, ring, used, halted, lingering, pending, list(WAITING_MAX, in::readLong));
    }

    private Transfer transfer() throws IOException {
        long request = in.readLong();
        int first = range("TRB", 0, TransferRing.USABLE - 1);
        int trbs = range("TRBs", 1, TransferRing.IN_FLIGHT_MAX);
        long address = in.readLong();
        long bytes = in.readLong();
        require(bytes >= 0 && bytes <= Endpoint.TRANSFER_BYTES_MAX, "transfer of " + bytes + " bytes");
        long shortBytes = in.readLong();
        require(shortBytes >= -1 && shortBytes <= bytes, "short transfer of " + shortBytes + " bytes");
        return new Transfer(request, first, trbs, address, bytes, shortBytes);
    }

    private Map<Long, OpenFile> files(long nextFile, Counters counters) throws IOException {
        Map<Long, OpenFile> files = new TreeMap<>();
        int count = range("files", 0, OpenFiles.FILES_MAX);
        for (int i = 0; i < count; i++) {
            long number = positive("file");
            require(number < nextFile && !files.containsKey(number), "file " + number);
            String path = in.readUTF();
            UsbNode node = UsbNode.parse(path)
                    .orElseThrow(() -> new SchemeException(Errno.EBADMSG, "xhcid state: path \"" + path + '"'));
            long deviceId = in.readLong();
            require(deviceId >= 0 && deviceId < counters.nextDeviceId(), "device number " + deviceId);
            files.put(number, new OpenFile(node, deviceId, in.readInt()));
        }
        return files;
    }

    private Cursor cursor(int entries) throws IOException {
        return new Cursor(place(), range("index", 0, entries - 1), in.readBoolean());
    }

    private Place place() throws IOException {
        return new Place(in.readLong(), in.readLong());
    }

    private Octets octets() throws IOException {
        int count = range("descriptor bytes", 0, DESCRIPTOR_BYTES_MAX);
        byte[] bytes = in.readNBytes(count);
        require(bytes.length == count, "cut in a descriptor");
        return Octets.of(bytes);
    }

    private <T> List<T> list(int most, Element<T> element) throws IOException {
        int count = range("elements", 0, most);
        List<T> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            list.add(element.read());
        }
        return list;
    }

    private long positive(String what) throws IOException {
        long value = in.readLong();
        require(value > 0, what + ' ' + value);
        return value;
    }

    private int range(String what, int least, int most) throws IOException {
        int value = in.readInt();
        require(value >= least && value <= most, what + ' ' + value + " not in " + least + ".." + most);
        return value;
    }

    private static void require(boolean good, String what) {
        if (!good) {
            throw new SchemeException(Errno.EBADMSG, "xhcid state: " + what);
        }
    }
}
