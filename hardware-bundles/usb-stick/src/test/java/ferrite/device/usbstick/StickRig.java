package ferrite.device.usbstick;

import ferrite.hw.bus.UsbOperation;
import ferrite.hw.scsi.Cdb;
import ferrite.hw.scsi.SenseData;
import ferrite.hw.usb.EndpointAddress;
import ferrite.hw.usb.SetupPacket;
import ferrite.hw.usb.storage.BulkOnlyRequest;
import ferrite.hw.usb.storage.CommandBlockWrapper;
import ferrite.hw.usb.storage.CommandStatusWrapper;
import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.plugin.PluginState;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.testkit.TestSettings;
import ferrite.testkit.fake.FakeContext;
import ferrite.testkit.fake.FakeRequest;
import ferrite.testkit.fake.FakeSlice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A stick on an image of 64 blocks, and a host that speaks packets with it.
final class StickRig implements AutoCloseable {
    static final int BLOCKS = 64;
    static final EndpointAddress IN = new EndpointAddress(1, true);
    static final EndpointAddress OUT = new EndpointAddress(2, false);

    private final FakeContext context;
    private final FakeFiles files;
    private final TestSettings settings;
    private final Path image;
    private UsbStick stick;
    private int tag = 0x1234_0000;

    StickRig(Path image, Object... moreSettings) {
        this.image = image;
        files = new FakeFiles(image.resolveSibling(""));
        context = new FakeContext("stick0", files);
        Object[] all = new Object[moreSettings.length + 2];
        all[0] = "image";
        all[1] = "file:" + image.getFileName();
        System.arraycopy(moreSettings, 0, all, 2, moreSettings.length);
        settings = TestSettings.of(all);
        stick = new UsbStick(context, settings);
        stick.start();
    }

    /// A started and configured stick on a new image whose byte `i` is `i / 512 + i % 251`.
    static StickRig configured(Path folder, Object... moreSettings) throws IOException {
        Path image = folder.resolve("disk.img");
        Files.write(image, pattern(0, BLOCKS * 512));
        StickRig rig = new StickRig(image, moreSettings);
        rig.control(SetupPacket.setConfiguration(1), new byte[0]);
        return rig;
    }

    static byte[] pattern(int from, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            int at = from + i;
            bytes[i] = (byte) (at / 512 + at % 251);
        }
        return bytes;
    }

    byte[] imageBytes() {
        try {
            return Files.readAllBytes(image);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    UsbStick stick() {
        return stick;
    }

    FakeContext context() {
        return context;
    }

    /// The other end of the stick's ring to the kernel.
    FakeFiles files() {
        return files;
    }

    /// Turns until nothing moves, as the runtime gives them.
    void settle() {
        do {
            context.kernel().enter(0);
        } while (stick.poll(16) > 0);
    }

    /// Hands over to a new instance, as a swap does.
    void swap() {
        PluginState state = stick.save();
        stick = new UsbStick(context, settings);
        stick.restore(state);
    }

    UsbStick another() {
        return new UsbStick(context, settings);
    }

    FakeRequest send(SubmissionQueueEntry entry, Optional<BufferSlice> buffer) {
        FakeRequest request = FakeRequest.of(entry);
        buffer.ifPresent(request::buffer);
        context.socket("hw.stick0").ask(request);
        stick.poll(16);
        settle();
        return request;
    }

    /// Sends bytes to the bulk OUT endpoint.
    FakeRequest out(byte[] bytes) {
        return send(
                SubmissionQueueEntry.of(UsbOperation.BULK_OUT).withFd(2),
                Optional.of(FakeSlice.of(bytes, Access.READ)));
    }

    /// Asks the bulk IN endpoint for bytes.
    FakeRequest in(int length) {
        return send(
                SubmissionQueueEntry.of(UsbOperation.BULK_IN).withFd(1),
                Optional.of(FakeSlice.of(new byte[length], Access.WRITE)));
    }

    static byte[] bytes(FakeRequest answered) {
        return answered.buffer().segment().asSlice(0, answered.status()).toArray(ValueLayout.JAVA_BYTE);
    }

    /// One control transfer.
    ///
    /// @param data sent, or room for what comes
    FakeRequest control(SetupPacket setup, byte[] data) {
        SubmissionQueueEntry entry =
                SubmissionQueueEntry.of(UsbOperation.CONTROL).withAdditional(setup.toLong(), 0);
        return send(
                entry,
                data.length == 0
                        ? Optional.empty()
                        : Optional.of(FakeSlice.of(data, setup.toHost() ? Access.WRITE : Access.READ)));
    }

    long clearHalt(EndpointAddress endpoint) {
        return control(SetupPacket.clearHalt(endpoint), new byte[0]).status();
    }

    long resetTransport() {
        return control(BulkOnlyRequest.reset(0), new byte[0]).status();
    }

    /// Sends a command.
    ///
    /// @return its tag
    int command(Cdb cdb, long expected, boolean toHost) {
        byte[] wrapper = new byte[CommandBlockWrapper.BYTES];
        CommandBlockWrapper.encodeCommand(MemorySegment.ofArray(wrapper), 0, ++tag, expected, toHost, cdb);
        if (out(wrapper).status() != CommandBlockWrapper.BYTES) {
            throw new AssertionError("command was not taken");
        }
        return tag;
    }

    /// Receives the status, clearing a halt on the way as BOT 1.0 figure 2 says.
    CommandStatusWrapper status() {
        FakeRequest first = in(CommandStatusWrapper.BYTES);
        if (first.status() == Errno.EPIPE.status()) {
            clearHalt(IN);
            first = in(CommandStatusWrapper.BYTES);
        }
        CommandStatusWrapper status = CommandStatusWrapper.decode(first.buffer().segment(), 0);
        if (!status.isValid(first.status(), tag)) {
            throw new AssertionError("not the status of this command: " + status);
        }
        return status;
    }

    /// A command that gives data to the host.
    byte[] ask(Cdb cdb, int expected) {
        command(cdb, expected, true);
        FakeRequest data = in(expected);
        if (data.status() < 0) {
            status();
            return new byte[0];
        }
        byte[] bytes = bytes(data);
        status();
        return bytes;
    }

    /// A command without data.
    CommandStatusWrapper plain(Cdb cdb) {
        command(cdb, 0, false);
        return status();
    }

    /// What REQUEST SENSE tells: key, code and qualifier as six digits.
    String sense() {
        byte[] data = ask(new Cdb.RequestSense(false, 18), 18);
        SenseData sense = SenseData.decode(MemorySegment.ofArray(data), 0);
        return "%x/%02x/%02x".formatted(sense.key().code(), sense.asc(), sense.ascq());
    }

    @Override
    public void close() {
        stick.stop();
    }
}
