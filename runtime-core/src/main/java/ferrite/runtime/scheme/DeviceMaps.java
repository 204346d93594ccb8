package ferrite.runtime.scheme;

import ferrite.buffer.DeviceAddressMap;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/// The address maps of all devices, by bus address. One is made when a device is launched. Any thread.
public final class DeviceMaps {
    private static final Logger LOG = System.getLogger(DeviceMaps.class.getName());

    private final Map<String, DeviceAddressMap> maps = new ConcurrentSkipListMap<>();

    /// The map of a device, made if it is new.
    ///
    /// @param busAddress `0000:00:04.0`
    public DeviceAddressMap of(String busAddress) {
        return maps.computeIfAbsent(
                busAddress,
                name -> new DeviceAddressMap(
                        name,
                        (address, length, access) -> LOG.log(
                                Level.WARNING,
                                () -> "device " + name + " tried to " + access + " " + length + " bytes at 0x"
                                        + Long.toHexString(address)
                                        + ", which its driver has not mapped; the transfer fails")));
    }

    Optional<DeviceAddressMap> find(String busAddress) {
        return Optional.ofNullable(maps.get(busAddress));
    }

    List<String> names() {
        return List.copyOf(maps.keySet());
    }
}
