package ferrite.driver.usbscsid;

import ferrite.hw.usb.EndpointAddress;
import ferrite.hw.usb.SetupPacket;
import ferrite.hw.usb.TransferType;
import ferrite.hw.usb.UsbDescriptor;
import ferrite.hw.usb.XhcidOperation;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.context.Context;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.EventFlags;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.SchemeName;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// Our interface at xhcid: one ring, and on it the files of the device and of its two bulk endpoints.
///
/// @param ring to the host controller's driver
/// @param files on it
/// @param interfaceNumber bInterfaceNumber
record UsbPipes(ConsumerInstance ring, Files files, int interfaceNumber) {
    /// User data of the request that ends when the device is unplugged.
    static final long UNPLUGGED = 0;

    private static final RingParameters RING = new RingParameters(32, 64);
    private static final int PIECE_BYTES = 4096;
    private static final int DESCRIPTOR_BYTES_MAX = 1 << 20;
    private static final int ALTERNATE_SHIFT = 8;

    /// @param control `portN/ctl`
    /// @param in `portN/endpoints/8x/data`
    /// @param out `portN/endpoints/0x/data`
    record Files(long control, long in, long out) {}

    /// The two endpoints of an interface.
    private record BulkPair(EndpointAddress in, EndpointAddress out) {}

    /// Configures the interface and opens its endpoints.
    ///
    /// @throws SchemeException EPROTO if it has not one bulk endpoint each way, ENODEV, or as xhcid answers
    static UsbPipes open(Context context, DiskSettings settings) {
        BufferPool pool = context.pool();
        ConsumerInstance ring = context.connect(new SchemeName(settings.scheme()), RING);
        String port = "port" + settings.port();
        BulkPair pair = bulkPair(readAll(ring, pool, port + "/descriptors.bin"), settings);
        long control = ring.open(pool, port + "/ctl", OpenFlags.RDWR);
        ring.call(SubmissionQueueEntry.of(XhcidOperation.CONFIGURE)
                        .withFd(control)
                        .withAdditional(
                                settings.configuration(),
                                settings.interfaceNumber() | (long) settings.alternate() << ALTERNATE_SHIFT))
                .valueOrThrow("configure " + port);
        Files files = new Files(
                control,
                ring.open(pool, dataPath(port, pair.in()), OpenFlags.RDONLY),
                ring.open(pool, dataPath(port, pair.out()), OpenFlags.RDWR));
        UsbPipes pipes = new UsbPipes(ring, files, settings.interfaceNumber());
        pipes.watch();
        return pipes;
    }

    /// Lets xhcid tell us when the device goes, even if we ask nothing of it.
    private void watch() {
        SubmissionQueueEntry entry = SubmissionQueueEntry.of(Opcode.REGISTER_EVENTS)
                .withFd(files.control())
                .withSyscallFlags(EventFlags.READ)
                .withFlags(SqeFlags.SUBSCRIBE)
                .withUserData(UNPLUGGED);
        if (!ring.submit(entry)) {
            throw new SchemeException(Errno.EAGAIN, "the ring to the host controller is full");
        }
    }

    private static String dataPath(String port, EndpointAddress address) {
        return "%s/endpoints/%02x/data".formatted(port, address.bits());
    }

    private static byte[] readAll(ConsumerInstance ring, BufferPool pool, String path) {
        long file = ring.open(pool, path, OpenFlags.RDONLY);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (BufferSlice piece = pool.acquire(PIECE_BYTES, 1)) {
            long count = ring.pread(file, piece, 0);
            while (count > 0 && count <= PIECE_BYTES && all.size() < DESCRIPTOR_BYTES_MAX) {
                all.writeBytes(piece.segment().asSlice(0, count).toArray(ValueLayout.JAVA_BYTE));
                count = ring.pread(file, piece, all.size());
            }
        } finally {
            ring.closeFile(file);
        }
        return all.toByteArray();
    }

    /// The bulk endpoints of our interface's alternate setting.
    private static BulkPair bulkPair(byte[] bytes, DiskSettings settings) {
        List<UsbDescriptor> all = UsbDescriptor.decodeAll(MemorySegment.ofArray(bytes), 0, bytes.length);
        boolean ourConfiguration = false;
        boolean ours = false;
        EndpointAddress in = EndpointAddress.CONTROL;
        EndpointAddress out = EndpointAddress.CONTROL;
        for (UsbDescriptor descriptor : all) {
            switch (descriptor) {
                case UsbDescriptor.Configuration configuration -> {
                    ourConfiguration = configuration.value() == settings.configuration();
                    ours = false;
                }
                case UsbDescriptor.Interface found ->
                    ours = ourConfiguration
                            && found.number() == settings.interfaceNumber()
                            && found.alternate() == settings.alternate();
                case UsbDescriptor.Endpoint endpoint -> {
                    if (ours && endpoint.transferType() == TransferType.BULK) {
                        if (endpoint.address().in()) {
                            in = in.number() == 0 ? endpoint.address() : in;
                        } else {
                            out = out.number() == 0 ? endpoint.address() : out;
                        }
                    }
                }
                default -> {}
            }
        }
        if (in.number() == 0 || out.number() == 0) {
            throw new SchemeException(
                    Errno.EPROTO,
                    "port " + settings.port() + " interface " + settings.interfaceNumber()
                            + " has not one bulk endpoint each way");
        }
        return new BulkPair(in, out);
    }

    /// A class request without data, waited for.
    CompletionQueueEntry control(SetupPacket setup) {
        return ring.call(controlEntry(setup));
    }

    /// A class request with data from the device, waited for.
    CompletionQueueEntry control(SetupPacket setup, BufferSlice data) {
        return ring.call(controlEntry(setup), data);
    }

    private SubmissionQueueEntry controlEntry(SetupPacket setup) {
        return SubmissionQueueEntry.of(XhcidOperation.CONTROL)
                .withFd(files.control())
                .withAdditional(setup.toLong(), 0);
    }

    /// Takes an endpoint out of halt, waited for.
    CompletionQueueEntry resetEndpoint(boolean in) {
        return ring.call(SubmissionQueueEntry.of(XhcidOperation.RESET_ENDPOINT).withFd(in ? files.in() : files.out()));
    }

    /// Asks a transfer back; its completion still comes.
    void cancel(long tag) {
        ring.call(SubmissionQueueEntry.of(Opcode.CANCEL).withAdditional(tag, 0));
    }

    /// Begins a transfer.
    ///
    /// @param tag comes back with its completion
    /// @return false if the ring is full
    boolean transfer(boolean in, BufferSlice data, long tag) {
        return ring.submit(
                new SubmissionQueueEntry(
                        XhcidOperation.TRANSFER, 0, 0, 0, in ? files.in() : files.out(), 0, tag, 0, 0, 0, 0),
                data);
    }
}
