package ferrite.driver.usbscsid;

import ferrite.hw.scsi.AdditionalSense;
import ferrite.hw.scsi.CapacityData;
import ferrite.hw.scsi.Cdb;
import ferrite.hw.scsi.InquiryData;
import ferrite.hw.scsi.SenseData;
import ferrite.hw.scsi.SenseKey;
import ferrite.hw.usb.storage.BulkOnlyRequest;
import ferrite.spi.context.Context;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.CompletionQueueEntry;
import java.lang.foreign.ValueLayout;

/// What happens once, at start: which unit, is it a disk, is it ready, how large, may it be written. Waits.
final class DiskProbe {
    private static final System.Logger LOG = System.getLogger(DiskProbe.class.getName());
    private static final long COMMAND_NANOS = 30_000_000_000L;
    private static final long READY_PAUSE_NANOS = 100_000_000L;
    private static final int READY_TRIES_MAX = 100;
    private static final int BROKEN_TRIES_MAX = 3;
    private static final int MODE_BYTES_6 = 192;
    private static final int MODE_ALL_PAGES = 0x3F;
    private static final int WRITE_PROTECTED = 0x80;
    private static final int TYPE_SIMPLIFIED = 0x0E;

    private final Context context;
    private final UsbPipes pipes;
    private final BulkOnlyTransport transport;
    private final Scratch scratch;

    DiskProbe(Context context, UsbPipes pipes, BulkOnlyTransport transport, Scratch scratch) {
        this.context = context;
        this.pipes = pipes;
        this.transport = transport;
        this.scratch = scratch;
    }

    /// @throws SchemeException ENXIO without medium, EPROTO for something that is no disk, EIO, ENODEV, ETIMEDOUT
    DiskGeometry probe() {
        int maxLun = maxLun();
        if (maxLun > 0) {
            LOG.log(System.Logger.Level.INFO, "usbscsi: {0} units, only the first is served", maxLun + 1);
        }
        InquiryData inquiry = inquire();
        waitUntilReady();
        CapacityData capacity = capacity();
        DiskGeometry geometry = new DiskGeometry(
                capacity.blocks(),
                (int) Math.min(capacity.blockBytes(), Integer.MAX_VALUE),
                isWriteProtected(),
                printable(inquiry.vendor()),
                printable(inquiry.product()),
                printable(inquiry.revision()));
        if (!geometry.isSensible()) {
            throw new SchemeException(
                    Errno.EPROTO, "a disk of " + capacity.blocks() + " blocks of " + capacity.blockBytes() + " bytes");
        }
        return geometry;
    }

    /// A device with one unit may answer STALL (BOT 1.0 §3.2).
    private int maxLun() {
        CompletionQueueEntry answer =
                pipes.control(BulkOnlyRequest.getMaxLun(pipes.interfaceNumber()), scratch.answer(1));
        if (answer.status() == Errno.EPIPE.status() || answer.status() == 0) {
            return 0;
        }
        answer.valueOrThrow("GET MAX LUN");
        return scratch.segment().get(ValueLayout.JAVA_BYTE, Scratch.ANSWER) & 0xF;
    }

    private InquiryData inquire() {
        Outcome outcome = run(new Cdb.Inquiry(false, 0, InquiryData.BYTES), InquiryData.BYTES);
        for (int tries = 1; outcome instanceof Outcome.Failed && tries < BROKEN_TRIES_MAX; tries++) {
            sense();
            outcome = run(new Cdb.Inquiry(false, 0, InquiryData.BYTES), InquiryData.BYTES);
        }
        need(outcome, InquiryData.BYTES, "INQUIRY");
        InquiryData inquiry = InquiryData.decode(scratch.segment(), Scratch.ANSWER);
        int type = inquiry.deviceType();
        if (!inquiry.isConnected() || type != InquiryData.DEVICE_TYPE_DISK && type != TYPE_SIMPLIFIED) {
            throw new SchemeException(Errno.EPROTO, "unit 0 is a device of type " + type + ", not a disk");
        }
        return inquiry;
    }

    private void waitUntilReady() {
        for (int tries = 0; tries < READY_TRIES_MAX; tries++) {
            if (run(new Cdb.TestUnitReady(), 0) instanceof Outcome.Passed) {
                return;
            }
            SenseData sense = sense();
            if (sense.key() == SenseKey.NOT_READY) {
                if (sense.asc() == AdditionalSense.MEDIUM_NOT_PRESENT.asc()) {
                    throw new SchemeException(Errno.ENXIO, "no medium");
                }
                if (AdditionalSense.of(sense.asc(), sense.ascq()).stream()
                        .anyMatch(each -> each == AdditionalSense.INITIALIZING_COMMAND_REQUIRED)) {
                    run(new Cdb.StartStopUnit(false, 0, false, true), 0);
                }
                context.await(() -> false, READY_PAUSE_NANOS);
            } else if (SenseVerdict.of(sense, false) instanceof SenseVerdict.Fails) {
                throw new SchemeException(Errno.EIO, "TEST UNIT READY: " + sense);
            }
        }
        throw new SchemeException(Errno.ETIMEDOUT, "the disk does not become ready");
    }

    private CapacityData capacity() {
        need(runAgain(new Cdb.ReadCapacity10(), CapacityData.BYTES_10), CapacityData.BYTES_10, "READ CAPACITY(10)");
        CapacityData small = CapacityData.decode10(scratch.segment(), Scratch.ANSWER);
        if (!small.isSaturated()) {
            return small;
        }
        Outcome outcome = runAgain(new Cdb.ReadCapacity16(CapacityData.BYTES_16), CapacityData.BYTES_16);
        need(outcome, 12, "READ CAPACITY(16)");
        return CapacityData.decode16(scratch.segment(), Scratch.ANSWER);
    }

    /// Byte 2 of the mode parameter header (SBC-3 §6.4.1). A disk that does not know the command is taken as
    /// writable.
    private boolean isWriteProtected() {
        Outcome outcome = run(new Cdb.ModeSense6(false, 0, MODE_ALL_PAGES, 0, MODE_BYTES_6), MODE_BYTES_6);
        if (outcome instanceof Outcome.Failed) {
            sense();
        }
        return outcome instanceof Outcome.Passed(long moved)
                && moved > 2
                && (scratch.segment().get(ValueLayout.JAVA_BYTE, Scratch.ANSWER + 2) & WRITE_PROTECTED) != 0;
    }

    /// A command that may meet a unit attention.
    private Outcome runAgain(Cdb cdb, int bytes) {
        Outcome outcome = run(cdb, bytes);
        for (int tries = 1; outcome instanceof Outcome.Failed && tries < BROKEN_TRIES_MAX; tries++) {
            if (SenseVerdict.of(sense(), false) instanceof SenseVerdict.Fails) {
                return outcome;
            }
            outcome = run(cdb, bytes);
        }
        return outcome;
    }

    private SenseData sense() {
        need(run(new Cdb.RequestSense(false, SenseData.BYTES), SenseData.BYTES), SenseData.ASCQ + 1, "REQUEST SENSE");
        return SenseData.decode(scratch.segment(), Scratch.ANSWER);
    }

    /// One command on unit 0 with data from the device, retried after a reset recovery.
    private Outcome run(Cdb cdb, int bytes) {
        Outcome outcome = runOnce(cdb, bytes);
        for (int tries = 1; outcome instanceof Outcome.Broken(Errno errno) && tries < BROKEN_TRIES_MAX; tries++) {
            if (errno == Errno.ENODEV) {
                break;
            }
            outcome = runOnce(cdb, bytes);
        }
        if (outcome instanceof Outcome.Broken(Errno errno)) {
            throw new SchemeException(errno, "SCSI command " + cdb);
        }
        return outcome;
    }

    private Outcome runOnce(Cdb cdb, int bytes) {
        scratch.slice().segment().asSlice(Scratch.ANSWER, Scratch.ANSWER_BYTES).fill((byte) 0);
        transport.begin(cdb, bytes == 0 ? scratch.nothing() : scratch.answer(bytes), true);
        boolean inTime = true;
        while (transport.progress().busy() && inTime) {
            inTime = context.await(
                    () -> {
                        transport.reap();
                        return transport.hasNews();
                    },
                    COMMAND_NANOS);
            transport.step();
        }
        transport.timedOut();
        return transport.takeOutcome().orElse(new Outcome.Broken(Errno.ETIMEDOUT));
    }

    private static void need(Outcome outcome, int bytes, String what) {
        if (!(outcome instanceof Outcome.Passed(long moved)) || moved < bytes) {
            throw new SchemeException(Errno.EIO, what + ": " + outcome);
        }
    }

    private static String printable(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.chars().forEach(c -> clean.append(c < ' ' || c > '~' ? ' ' : (char) c));
        return clean.toString().strip();
    }
}
