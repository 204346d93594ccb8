package ferrite.driver.xhcid;

import ferrite.driver.xhcid.OpenFiles.OpenFile;
import ferrite.driver.xhcid.UsbNode.EndpointFile;
import ferrite.driver.xhcid.UsbNode.Listing;
import ferrite.driver.xhcid.UsbNode.Port;
import ferrite.driver.xhcid.UsbNode.PortFile;
import ferrite.driver.xhcid.UsbNode.Root;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// The names below the scheme and what is behind them: text, devices, endpoints.
final class UsbTree {
    /// A place that belongs to no device.
    private static final long NO_DEVICE = 0;

    private final RootHub hub;
    private final ClassDriverTable drivers;

    UsbTree(RootHub hub, ClassDriverTable drivers) {
        this.hub = hub;
        this.drivers = drivers;
    }

    /// All devices that are plugged in.
    List<DeviceSlot> devices() {
        return hub.ports().stream().flatMap(port -> port.device().stream()).toList();
    }

    /// Whether a path leads somewhere now.
    ///
    /// @return number of the device that it belongs to, 0 for none
    Optional<Long> find(UsbNode node) {
        return switch (node) {
            case Root _, Listing _ -> Optional.of(NO_DEVICE);
            case Port(int port, PortFile _) -> plugged(port).map(DeviceSlot::deviceId);
            case EndpointFile(int port, var address, boolean _) ->
                plugged(port)
                        .filter(device -> address.number() != 0
                                && device.endpoint(address.dci()).isPresent())
                        .map(DeviceSlot::deviceId);
        };
    }

    private Optional<DeviceSlot> plugged(int port) {
        return hub.port(port).flatMap(RootHubPort::device);
    }

    /// The device that a file was opened for.
    ///
    /// @throws SchemeException ENODEV if it was unplugged, even if another one is there now
    DeviceSlot device(OpenFile file) {
        int port = switch (file.node()) {
            case Port(int number, PortFile _) -> number;
            case EndpointFile(int number, var _, boolean _) -> number;
            case Root _, Listing _ -> 0;
        };
        return plugged(port)
                .filter(device -> device.deviceId() == file.deviceId() && !device.isGone())
                .orElseThrow(() -> new SchemeException(Errno.ENODEV, file.node().path()));
    }

    /// What a file says.
    ///
    /// @throws SchemeException ENODEV, EINVAL for a file that is not read so
    byte[] text(OpenFile file) {
        return switch (file.node()) {
            case Root _ ->
                bytes(devices().stream()
                        .map(device -> "port" + device.port() + '\n')
                        .collect(Collectors.joining()));
            case Listing(boolean tree) ->
                bytes(tree ? LsusbText.tree(hub.ports(), drivers) : LsusbText.summary(hub.ports()));
            case Port(int _, PortFile part) -> text(device(file), part);
            case EndpointFile(int _, var _, boolean data) -> {
                device(file);
                if (data) {
                    throw new SchemeException(Errno.EINVAL, file.node().path());
                }
                yield bytes("data\n");
            }
        };
    }

    private static byte[] text(DeviceSlot device, PortFile part) {
        return switch (part) {
            case DIRECTORY -> bytes("ctl\ndescriptors\ndescriptors.bin\nendpoints\nstate\n");
            case DESCRIPTORS -> bytes(device.info().map(DescriptorJson::of).orElse(""));
            case DESCRIPTORS_BINARY -> device.info().map(DeviceInfo::allBytes).orElse(new byte[0]);
            case STATE -> bytes(device.state().name().toLowerCase(Locale.ROOT) + '\n');
            case ENDPOINTS ->
                bytes(device.endpoints().stream()
                        .filter(endpoint -> !endpoint.info().isControl())
                        .map(endpoint ->
                                "%02x\n".formatted(endpoint.info().address().bits()))
                        .collect(Collectors.joining()));
            case CONTROL -> throw new SchemeException(Errno.EINVAL, "ctl takes XhcidOperations only");
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// A piece of a text, for a read at an offset.
    static long copy(byte[] content, long offset, BufferSlice into) {
        if (offset >= content.length) {
            return 0;
        }
        int count = (int) Math.min(content.length - offset, into.length());
        MemorySegment.copy(content, (int) offset, into.segment(), ValueLayout.JAVA_BYTE, 0, count);
        return count;
    }

    static long copy(String text, long offset, BufferSlice into) {
        return copy(bytes(text), offset, into);
    }
}
