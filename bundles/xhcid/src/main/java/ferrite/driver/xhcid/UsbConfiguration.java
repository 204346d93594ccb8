package ferrite.driver.xhcid;

import ferrite.hw.usb.EndpointAddress;
import ferrite.hw.usb.TransferType;
import ferrite.hw.usb.UsbDescriptor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One configuration of a device as a tree (USB 2.0 §9.6.3 to §9.6.6). Made from bytes that the device sent: what
/// makes no sense is left out.
///
/// @param header the configuration descriptor
/// @param interfaces every alternate setting of every interface, in the device's order
record UsbConfiguration(UsbDescriptor.Configuration header, List<Alternate> interfaces) {
    /// SuperSpeed without companion descriptor: one packet per burst.
    private static final UsbDescriptor.SuperSpeedEndpointCompanion NO_COMPANION =
            new UsbDescriptor.SuperSpeedEndpointCompanion(0, 0, 0);

    /// One alternate setting of an interface.
    record Alternate(UsbDescriptor.Interface header, List<EndpointEntry> endpoints) {
        Alternate {
            endpoints = List.copyOf(endpoints);
        }
    }

    /// An endpoint with what completes it.
    record EndpointEntry(UsbDescriptor.Endpoint header, UsbDescriptor.SuperSpeedEndpointCompanion companion) {
        EndpointAddress address() {
            return header.address();
        }

        /// Whether this driver can serve it: isochronous endpoints and senseless ones are left alone.
        boolean isUsable() {
            return address().number() != 0
                    && header.maxPacketBytes() > 0
                    && (header.transferType() == TransferType.BULK || header.transferType() == TransferType.INTERRUPT);
        }
    }

    UsbConfiguration {
        interfaces = List.copyOf(interfaces);
    }

    /// Reads all descriptors of one configuration.
    ///
    /// @param bytes at most the total length that the device claimed
    /// @return empty if they do not begin with a configuration descriptor
    static Optional<UsbConfiguration> parse(byte[] bytes) {
        List<UsbDescriptor> all = UsbDescriptor.decodeAll(MemorySegment.ofArray(bytes), 0, bytes.length);
        if (all.isEmpty() || !(all.getFirst() instanceof UsbDescriptor.Configuration header)) {
            return Optional.empty();
        }
        List<Alternate> interfaces = new ArrayList<>();
        int at = 1;
        while (at < all.size()) {
            UsbDescriptor descriptor = all.get(at);
            at++;
            if (descriptor instanceof UsbDescriptor.Interface setting) {
                int end = at;
                while (end < all.size() && !(all.get(end) instanceof UsbDescriptor.Interface)) {
                    end++;
                }
                interfaces.add(new Alternate(setting, endpoints(all.subList(at, end))));
                at = end;
            }
        }
        return Optional.of(new UsbConfiguration(header, interfaces));
    }

    private static List<EndpointEntry> endpoints(List<UsbDescriptor> descriptors) {
        List<EndpointEntry> endpoints = new ArrayList<>();
        for (UsbDescriptor descriptor : descriptors) {
            if (descriptor instanceof UsbDescriptor.Endpoint endpoint) {
                endpoints.add(new EndpointEntry(endpoint, NO_COMPANION));
            } else if (descriptor instanceof UsbDescriptor.SuperSpeedEndpointCompanion companion
                    && !endpoints.isEmpty()) {
                endpoints.add(new EndpointEntry(endpoints.removeLast().header(), companion));
            }
        }
        return endpoints;
    }

    /// A setting of an interface.
    Optional<Alternate> find(int number, int alternate) {
        return interfaces.stream()
                .filter(each ->
                        each.header().number() == number && each.header().alternate() == alternate)
                .findFirst();
    }

    /// The interfaces as they are after SET_CONFIGURATION: alternate setting 0 of each.
    List<Alternate> defaults() {
        return interfaces.stream()
                .filter(each -> each.header().alternate() == 0)
                .toList();
    }
}
