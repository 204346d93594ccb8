package ferrite.driver.xhcid;

import ferrite.driver.xhcid.ControllerLayout.PortProtocol;
import ferrite.driver.xhcid.OpenFiles.OpenFile;
import ferrite.driver.xhcid.XhciState.Cursor;
import ferrite.driver.xhcid.XhciState.Device;
import ferrite.driver.xhcid.XhciState.EndpointImage;
import ferrite.driver.xhcid.XhciState.Place;
import ferrite.driver.xhcid.XhciState.Transfer;
import ferrite.hw.Octets;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Writes [XhciState], version 1: `DataOutput` order, big-endian; a list is an int count and its elements. The
/// order of the fields is the order of the lines below; [StateReader] has the same.
final class StateWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    /// One element of a list.
    private interface Element<T> {
        void write(T element) throws IOException;
    }

    byte[] bytes(XhciState state) {
        try {
            write(state);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private void write(XhciState state) throws IOException {
        out.writeInt(state.handles().bridgeRing());
        out.writeLong(state.handles().window());
        out.writeLong(state.handles().windowBytes());
        out.writeLong(state.handles().dmaFile());
        out.writeLong(state.handles().interrupt());
        layout(state.layout());
        place(state.rings().contexts());
        list(state.rings().scratchpads(), this::place);
        cursor(state.rings().commands());
        place(state.rings().eventTable());
        cursor(state.rings().events());
        out.writeLong(state.counters().nextDeviceId());
        out.writeLong(state.counters().nextTag());
        list(state.ports(), out::writeInt);
        list(state.failedPorts(), out::writeInt);
        list(state.devices(), this::device);
        out.writeLong(state.nextFile());
        list(List.copyOf(new TreeMap<>(state.files()).entrySet()), this::file);
    }

    private void layout(ControllerLayout layout) throws IOException {
        out.writeInt(layout.operational());
        out.writeInt(layout.runtime());
        out.writeInt(layout.doorbells());
        out.writeInt(layout.hcsparams1());
        out.writeInt(layout.hcsparams2());
        out.writeInt(layout.hccparams1());
        list(layout.protocols(), this::protocol);
    }

    private void protocol(PortProtocol protocol) throws IOException {
        out.writeInt(protocol.major());
        out.writeInt(protocol.firstPort());
        out.writeInt(protocol.ports());
        out.writeInt(protocol.slotType());
    }

    private void device(Device device) throws IOException {
        out.writeLong(device.place().deviceId());
        out.writeInt(device.place().port());
        out.writeInt(device.place().slot());
        out.writeInt(device.place().speedId());
        place(device.deviceContext());
        place(device.inputContext());
        octets(device.info().deviceBytes());
        list(device.info().configurationBytes(), this::octets);
        list(device.info().texts(), out::writeUTF);
        out.writeInt(device.configuration());
        list(List.copyOf(new TreeMap<>(device.alternates()).entrySet()), this::alternate);
        list(device.endpoints(), this::endpoint);
        list(device.watchers(), out::writeLong);
    }

    private void alternate(Map.Entry<Integer, Integer> alternate) throws IOException {
        out.writeInt(alternate.getKey());
        out.writeInt(alternate.getValue());
    }

    private void endpoint(EndpointImage endpoint) throws IOException {
        out.writeInt(endpoint.info().address().bits());
        out.writeInt(endpoint.info().type().code());
        out.writeInt(endpoint.info().packetBytes());
        cursor(endpoint.ring());
        out.writeInt(endpoint.used());
        out.writeBoolean(endpoint.halted());
        out.writeInt(endpoint.lingering());
        list(endpoint.pending(), this::transfer);
        list(endpoint.waiting(), out::writeLong);
    }

    private void transfer(Transfer transfer) throws IOException {
        out.writeLong(transfer.request());
        out.writeInt(transfer.first());
        out.writeInt(transfer.trbs());
        out.writeLong(transfer.address());
        out.writeLong(transfer.bytes());
        out.writeLong(transfer.shortBytes());
    }

    private void file(Map.Entry<Long, OpenFile> file) throws IOException {
        out.writeLong(file.getKey());
        out.writeUTF(file.getValue().node().path());
        out.writeLong(file.getValue().deviceId());
        out.writeInt(file.getValue().ring());
    }

    private void cursor(Cursor cursor) throws IOException {
        place(cursor.place());
        out.writeInt(cursor.index());
        out.writeBoolean(cursor.cycle());
    }

    private void place(Place place) throws IOException {
        out.writeLong(place.offset());
        out.writeLong(place.address());
    }

    private void octets(Octets octets) throws IOException {
        out.writeInt(octets.size());
        out.write(octets.toArray());
    }

    private <T> void list(List<T> list, Element<? super T> element) throws IOException {
        out.writeInt(list.size());
        for (T each : list) {
            element.write(each);
        }
    }
}
