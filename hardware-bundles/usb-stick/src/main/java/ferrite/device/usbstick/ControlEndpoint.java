package ferrite.device.usbstick;

import ferrite.hw.usb.EndpointAddress;
import ferrite.hw.usb.SetupPacket;
import ferrite.hw.usb.UsbSpeed;
import ferrite.hw.usb.storage.BulkOnlyRequest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Endpoint 0: standard requests (USB 2.0 §9.4, USB 3.2 §9.4) and the two of the mass storage class.
///
/// The answer is the number of bytes of the data stage, or [Handshake#STALL] for a request the stick does not have.
final class ControlEndpoint {
    private static final int U1_ENABLED = 1 << 2;
    private static final int U2_ENABLED = 1 << 3;
    private static final int SET_SEL_BYTES = 6;
    private static final int IN_ADDRESS = new EndpointAddress(BulkPipes.IN_ENDPOINT, true).bits();
    private static final int OUT_ADDRESS = new EndpointAddress(BulkPipes.OUT_ENDPOINT, false).bits();

    private final Descriptors descriptors;
    private final BulkOnlyTransport transport;
    private final boolean superSpeed;
    private int configuration;
    private int linkFeatures;

    ControlEndpoint(StickSettings settings, BulkOnlyTransport transport) {
        this.descriptors = new Descriptors(settings);
        this.transport = transport;
        this.superSpeed = settings.speed() == UsbSpeed.SUPER;
    }

    boolean isConfigured() {
        return configuration != 0;
    }

    /// Not configured, link features off.
    void reset() {
        configuration = 0;
        linkFeatures = 0;
    }

    /// One control transfer.
    ///
    /// @param data the data stage: written for requests to the host, read otherwise; may be shorter than the setup
    ///        packet says
    long transfer(SetupPacket setup, MemorySegment data) {
        MemorySegment stage = data.asSlice(0, Math.min(data.byteSize(), setup.length()));
        return switch (setup.type()) {
            case SetupPacket.TYPE_STANDARD -> setup.toHost() ? standardIn(setup, stage) : standardOut(setup, stage);
            case SetupPacket.TYPE_CLASS -> ofClass(setup, stage);
            default -> Handshake.STALL;
        };
    }

    private long standardIn(SetupPacket setup, MemorySegment stage) {
        return switch (setup.request()) {
            case SetupPacket.GET_DESCRIPTOR ->
                descriptors
                        .find(setup.value() >>> 8, setup.value() & 0xFF)
                        .map(found -> answer(found, stage))
                        .orElse(Handshake.STALL);
            case SetupPacket.GET_CONFIGURATION -> answer(stage, configuration);
            case SetupPacket.GET_INTERFACE -> isConfigured() && setup.index() == 0 ? answer(stage, 0) : Handshake.STALL;
            case SetupPacket.GET_STATUS -> status(setup, stage);
            default -> Handshake.STALL;
        };
    }

    private long status(SetupPacket setup, MemorySegment stage) {
        return switch (setup.recipient()) {
            case SetupPacket.RECIPIENT_DEVICE -> answer(stage, linkFeatures, 0);
            case SetupPacket.RECIPIENT_INTERFACE ->
                isConfigured() && setup.index() == 0 ? answer(stage, 0, 0) : Handshake.STALL;
            case SetupPacket.RECIPIENT_ENDPOINT -> endpointStatus(setup.index(), stage);
            default -> Handshake.STALL;
        };
    }

    private long endpointStatus(int address, MemorySegment stage) {
        if (address == 0 || address == EndpointAddress.IN) {
            return answer(stage, 0, 0);
        }
        if (!isConfigured() || (address != IN_ADDRESS && address != OUT_ADDRESS)) {
            return Handshake.STALL;
        }
        boolean halted = address == IN_ADDRESS ? transport.inHalted() : transport.outHalted();
        return answer(stage, halted ? 1 : 0, 0);
    }

    private long standardOut(SetupPacket setup, MemorySegment stage) {
        return switch (setup.request()) {
            case SetupPacket.SET_CONFIGURATION -> setConfiguration(setup.value() & 0xFF);
            case SetupPacket.SET_INTERFACE -> setInterface(setup);
            case SetupPacket.CLEAR_FEATURE -> feature(setup, false);
            case SetupPacket.SET_FEATURE -> feature(setup, true);
            case SetupPacket.SET_SEL ->
                superSpeed && stage.byteSize() == SET_SEL_BYTES ? SET_SEL_BYTES : Handshake.STALL;
            case SetupPacket.SET_ISOCHRONOUS_DELAY -> superSpeed ? 0 : Handshake.STALL;
            // The controller gives addresses; a host that does it once more does no harm.
            case SetupPacket.SET_ADDRESS -> 0;
            default -> Handshake.STALL;
        };
    }

    private long setConfiguration(int value) {
        if (value != 0 && value != Descriptors.CONFIGURATION) {
            return Handshake.STALL;
        }
        configuration = value;
        transport.restart();
        return 0;
    }

    private long setInterface(SetupPacket setup) {
        if (!isConfigured() || setup.index() != 0 || setup.value() != 0) {
            return Handshake.STALL;
        }
        transport.restart();
        return 0;
    }

    private long feature(SetupPacket setup, boolean set) {
        if (setup.recipient() == SetupPacket.RECIPIENT_DEVICE) {
            return linkFeature(setup.value(), set);
        }
        boolean halt = setup.recipient() == SetupPacket.RECIPIENT_ENDPOINT
                && setup.value() == SetupPacket.FEATURE_ENDPOINT_HALT;
        if (halt && setup.index() == IN_ADDRESS && isConfigured()) {
            if (set) {
                transport.setInHalt();
            } else {
                transport.clearInHalt();
            }
            return 0;
        }
        if (halt && setup.index() == OUT_ADDRESS && isConfigured()) {
            if (set) {
                transport.setOutHalt();
            } else {
                transport.clearOutHalt();
            }
            return 0;
        }
        // Endpoint 0 never stays halted: clearing it is no error.
        boolean control = setup.index() == 0 || setup.index() == EndpointAddress.IN;
        return halt && !set && control ? 0 : Handshake.STALL;
    }

    private long linkFeature(int selector, boolean set) {
        int bit = switch (selector) {
            case SetupPacket.FEATURE_U1_ENABLE -> U1_ENABLED;
            case SetupPacket.FEATURE_U2_ENABLE -> U2_ENABLED;
            default -> 0;
        };
        if (bit == 0 || !superSpeed || !isConfigured()) {
            return Handshake.STALL;
        }
        linkFeatures = set ? linkFeatures | bit : linkFeatures & ~bit;
        return 0;
    }

    private long ofClass(SetupPacket setup, MemorySegment stage) {
        boolean ours = isConfigured()
                && setup.recipient() == SetupPacket.RECIPIENT_INTERFACE
                && setup.index() == 0
                && setup.value() == 0;
        if (ours && setup.request() == BulkOnlyRequest.GET_MAX_LUN && setup.toHost() && setup.length() == 1) {
            return answer(stage, 0);
        }
        if (ours && setup.request() == BulkOnlyRequest.BULK_ONLY_RESET && !setup.toHost() && setup.length() == 0) {
            transport.reset();
            return 0;
        }
        return Handshake.STALL;
    }

    private static long answer(MemorySegment stage, int... values) {
        int bytes = (int) Math.min(values.length, stage.byteSize());
        for (int i = 0; i < bytes; i++) {
            stage.set(ValueLayout.JAVA_BYTE, i, (byte) values[i]);
        }
        return bytes;
    }

    private static long answer(MemorySegment whole, MemorySegment stage) {
        long bytes = Math.min(whole.byteSize(), stage.byteSize());
        MemorySegment.copy(whole, 0, stage, 0, bytes);
        return bytes;
    }

    void save(StateWriter state) {
        state.i32(configuration).i32(linkFeatures);
    }

    void restore(StateReader state) {
        configuration = state.i32("configuration", 0, Descriptors.CONFIGURATION);
        linkFeatures = state.i32("linkFeatures", 0, U1_ENABLED | U2_ENABLED);
        StateReader.require((linkFeatures & ~(U1_ENABLED | U2_ENABLED)) == 0, "linkFeatures", linkFeatures);
    }
}
