package ferrite.driver.usbscsid;

import ferrite.hw.scsi.CapacityData;
import ferrite.hw.scsi.Cdb;
import ferrite.hw.scsi.InquiryData;
import ferrite.hw.scsi.SenseData;
import ferrite.hw.scsi.SenseKey;
import ferrite.hw.usb.SetupPacket;
import ferrite.hw.usb.XhcidOperation;
import ferrite.hw.usb.storage.BulkOnlyRequest;
import ferrite.hw.usb.storage.CommandBlockWrapper;
import ferrite.hw.usb.storage.CommandStatusWrapper;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.Opcode;
import ferrite.testkit.fake.FakeRequest;
import ferrite.testkit.fake.FakeRing;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// xhcid's ring with a stick behind it: bulk-only transport and a disk of [#BLOCKS] blocks, which can be told to
/// misbehave once.
final class FakeStick implements FakeRing.Server {
    static final int BLOCK = 512;
    static final int BLOCKS = 8192;

    /// What goes wrong with the next command.
    enum Fault {
        NONE,
        /// The data endpoint stalls, then the status says failed.
        STALL_DATA,
        /// The status stalls once.
        STALL_STATUS,
        /// The status stalls again and again.
        STALL_STATUS_ALWAYS,
        PHASE_ERROR,
        WRONG_TAG,
        WRONG_SIGNATURE,
        RESIDUE_TOO_LARGE,
        SHORT_STATUS,
        /// The command wrapper stalls.
        STALL_COMMAND,
        /// Nothing ever comes.
        SILENCE,
        /// The bus fails in the data.
        BUS_ERROR,
        /// Half of the data, with a residue.
        HALF
    }

    private static final byte[] DESCRIPTORS = {
        18,
        1,
        0,
        3,
        0,
        0,
        0,
        9,
        0x09,
        0x12,
        1,
        0,
        0,
        1,
        0,
        0,
        0,
        1,
        9,
        2,
        32,
        0,
        1,
        1,
        0,
        (byte) 0x80,
        50,
        9,
        4,
        0,
        0,
        2,
        8,
        6,
        0x50,
        0,
        7,
        5,
        (byte) 0x81,
        2,
        0,
        4,
        0,
        7,
        5,
        2,
        2,
        0,
        4,
        0
    };

    private static final long DESCRIPTOR_FILE = 1;
    private static final long CONTROL = 2;
    private static final long IN = 3;
    private static final long OUT = 4;

    final byte[] disk = new byte[BLOCK * BLOCKS];
    final List<Cdb> commands = new ArrayList<>();
    final List<Integer> resets = new ArrayList<>();
    /// Sense data for the next commands that touch the medium, oldest first.
    final ArrayDeque<SenseData> nextSense = new ArrayDeque<>();

    /// Commands that touch the medium and pass before that.
    int goodFirst;

    Fault fault = Fault.NONE;
    /// How many commands stay without an answer until [#release].
    boolean holds;
    int unitAttentions;
    int notReadies;
    boolean writeProtected;
    long lastBlock = BLOCKS - 1;
    boolean knowsSync = true;
    boolean medium = true;
    int deviceType;

    private final ArrayDeque<FakeRequest> ins = new ArrayDeque<>();
    private final ArrayDeque<FakeRequest> outs = new ArrayDeque<>();
    private final ArrayDeque<byte[]> answers = new ArrayDeque<>();
    private Optional<SenseData> sense = Optional.empty();
    private Optional<CommandBlockWrapper> expectsData = Optional.empty();
    private boolean inHalted;
    private boolean outHalted;
    private boolean gone;
    private byte[] statusAfterHalt = new byte[0];

    FakeStick() {
        for (int i = 0; i < disk.length; i++) {
            disk[i] = (byte) (i / BLOCK + i);
        }
    }

    void unplug() {
        gone = true;
        List<FakeRequest> all = new ArrayList<>(ins);
        all.addAll(outs);
        ins.clear();
        outs.clear();
        all.forEach(sent -> sent.fail(Errno.ENODEV));
        watch.ifPresent(sent -> sent.fail(Errno.ENODEV));
    }

    private Optional<FakeRequest> watch = Optional.empty();

    /// Lets held commands end.
    void release() {
        holds = false;
        pump();
    }

    @Override
    public void take(FakeRequest sent) {
        if (sent.is(Opcode.OPEN)) {
            sent.complete(file(sent.text()));
        } else if (sent.is(Opcode.PREAD)) {
            int from = (int) Math.min(DESCRIPTORS.length, sent.entry().offset());
            int count = DESCRIPTORS.length - from;
            MemorySegment.copy(DESCRIPTORS, from, sent.buffer().segment(), ValueLayout.JAVA_BYTE, 0, count);
            sent.complete(count);
        } else if (sent.is(Opcode.CLOSE)) {
            sent.complete(0);
        } else if (sent.is(Opcode.REGISTER_EVENTS)) {
            watch = Optional.of(sent);
        } else if (gone) {
            sent.fail(Errno.ENODEV);
        } else {
            operate(sent);
        }
    }

    private static long file(String path) {
        return switch (path) {
            case "port1/descriptors.bin" -> DESCRIPTOR_FILE;
            case "port1/ctl" -> CONTROL;
            case "port1/endpoints/81/data" -> IN;
            case "port1/endpoints/02/data" -> OUT;
            default -> throw new AssertionError(path);
        };
    }

    @Override
    public void cancel(FakeRequest sent) {
        if (ins.remove(sent) || outs.remove(sent)) {
            sent.fail(Errno.ECANCELED);
        }
    }

    private void operate(FakeRequest sent) {
        switch (sent.entry().opcode()) {
            case XhcidOperation.CONFIGURE -> sent.complete(0);
            case XhcidOperation.CONTROL -> {
                SetupPacket setup = SetupPacket.ofLong(sent.entry().additional1());
                if (setup.request() == BulkOnlyRequest.BULK_ONLY_RESET) {
                    resets.add(commands.size());
                    answers.clear();
                    expectsData = Optional.empty();
                    sent.complete(0);
                } else {
                    sent.fail(Errno.EPIPE); // GET MAX LUN of a device with one unit
                }
            }
            case XhcidOperation.RESET_ENDPOINT -> {
                if (sent.entry().fd() == IN) {
                    inHalted = false;
                    if (statusAfterHalt.length > 0) {
                        answers.add(statusAfterHalt);
                        statusAfterHalt = new byte[0];
                    }
                } else {
                    outHalted = false;
                }
                sent.complete(0);
            }
            case XhcidOperation.TRANSFER -> {
                (sent.entry().fd() == IN ? ins : outs).add(sent);
                pump();
            }
            default -> sent.fail(Errno.ENOSYS);
        }
    }

    private void pump() {
        boolean moved = true;
        while (moved) {
            boolean out = pumpOut();
            moved = pumpIn() || out;
        }
    }

    private boolean pumpOut() {
        if (outs.isEmpty() || holds) {
            return false;
        }
        FakeRequest sent = outs.removeFirst();
        if (outHalted) {
            sent.fail(Errno.EPIPE);
        } else if (expectsData.isPresent()) {
            dataOut(sent, expectsData.get());
        } else {
            command(sent);
        }
        return true;
    }

    private boolean pumpIn() {
        if (ins.isEmpty()) {
            return false;
        }
        if (inHalted) {
            ins.removeFirst().fail(Errno.EPIPE);
            return true;
        }
        if (answers.isEmpty()) {
            return false;
        }
        byte[] answer = answers.removeFirst();
        FakeRequest sent = ins.removeFirst();
        if (answer.length == 0) { // a stall
            inHalted = true;
            sent.fail(Errno.EPIPE);
        } else if (answer.length == 1 && answer[0] == 'X') { // the bus
            inHalted = true;
            sent.fail(Errno.EIO);
        } else {
            MemorySegment.copy(answer, 0, sent.buffer().segment(), ValueLayout.JAVA_BYTE, 0, answer.length);
            sent.complete(answer.length);
        }
        return true;
    }

    private void command(FakeRequest sent) {
        CommandBlockWrapper wrapper = CommandBlockWrapper.decode(sent.buffer().segment(), 0);
        if (fault == Fault.STALL_COMMAND) {
            fault = Fault.NONE;
            outHalted = true;
            sent.fail(Errno.EPIPE);
            return;
        }
        sent.complete(sent.entry().length());
        commands.add(wrapper.cdb());
        if (fault == Fault.SILENCE) {
            fault = Fault.NONE;
            expectsData = Optional.empty();
            return;
        }
        if (!wrapper.in() && wrapper.transferLength() > 0) {
            expectsData = Optional.of(wrapper);
            if (fault == Fault.STALL_DATA) {
                expectsData = Optional.empty();
                outHalted = true;
                end(wrapper, wrapper.transferLength(), check(wrapper.cdb()) ? 0 : 1);
            }
            return;
        }
        boolean passed = check(wrapper.cdb());
        byte[] data = passed ? answer(wrapper.cdb()) : new byte[0];
        if (fault == Fault.HALF) {
            data = java.util.Arrays.copyOf(data, data.length / 2);
        }
        if (wrapper.transferLength() > 0) {
            if (fault == Fault.BUS_ERROR) {
                answers.add(new byte[] {'X'});
            } else if (data.length == 0 || fault == Fault.STALL_DATA) {
                answers.add(new byte[0]);
                data = new byte[0];
            } else {
                answers.add(data);
            }
        }
        end(wrapper, wrapper.transferLength() - data.length, passed ? 0 : 1);
    }

    private void dataOut(FakeRequest sent, CommandBlockWrapper wrapper) {
        expectsData = Optional.empty();
        boolean passed = check(wrapper.cdb());
        if (passed) {
            long block = wrapper.cdb() instanceof Cdb.Write10(long at, int _, int _) ? at : 0;
            MemorySegment.ofArray(disk)
                    .asSlice(block * BLOCK, sent.entry().length())
                    .copyFrom(sent.buffer().segment());
        }
        sent.complete(sent.entry().length());
        end(wrapper, 0, passed ? 0 : 1);
    }

    private void end(CommandBlockWrapper wrapper, long residue, int status) {
        Fault now = fault;
        fault = now == Fault.STALL_STATUS_ALWAYS ? now : Fault.NONE;
        int signature = now == Fault.WRONG_SIGNATURE ? 1 : CommandStatusWrapper.SIGNATURE_VALUE;
        int tag = now == Fault.WRONG_TAG ? wrapper.tag() + 1 : wrapper.tag();
        long left = now == Fault.RESIDUE_TOO_LARGE ? wrapper.transferLength() + 1 : residue;
        int result = now == Fault.PHASE_ERROR ? CommandStatusWrapper.STATUS_PHASE_ERROR : status;
        byte[] bytes = new byte[now == Fault.SHORT_STATUS ? 5 : CommandStatusWrapper.BYTES];
        byte[] full = new byte[CommandStatusWrapper.BYTES];
        new CommandStatusWrapper(signature, tag, left, result).encode(MemorySegment.ofArray(full), 0);
        System.arraycopy(full, 0, bytes, 0, bytes.length);
        if (now == Fault.STALL_STATUS_ALWAYS) {
            for (int i = 0; i < 5; i++) {
                answers.add(new byte[0]);
            }
        } else if (now == Fault.STALL_STATUS) {
            answers.add(new byte[0]);
            statusAfterHalt = bytes;
        } else if (!answers.isEmpty() && answers.getLast().length == 0) {
            statusAfterHalt = bytes; // after the stall of the data was cleared
        } else {
            answers.add(bytes);
        }
    }

    /// Whether a command passes; else there is sense data.
    private boolean check(Cdb cdb) {
        if (cdb instanceof Cdb.RequestSense || cdb instanceof Cdb.Inquiry) {
            return true;
        }
        if (unitAttentions > 0) {
            unitAttentions--;
            return fail(SenseData.of(SenseKey.UNIT_ATTENTION, 0x29, 0));
        }
        if (!medium) {
            return fail(SenseData.of(SenseKey.NOT_READY, 0x3A, 0));
        }
        if (notReadies > 0) {
            notReadies--;
            return fail(SenseData.of(SenseKey.NOT_READY, 0x04, 0x01));
        }
        boolean media =
                cdb instanceof Cdb.Read10 || cdb instanceof Cdb.Write10 || cdb instanceof Cdb.SynchronizeCache10;
        if (media && goodFirst > 0) {
            goodFirst--;
        } else if (media && !nextSense.isEmpty()) {
            return fail(nextSense.removeFirst());
        }
        if (cdb instanceof Cdb.SynchronizeCache10 && !knowsSync || cdb instanceof Cdb.Unknown) {
            return fail(SenseData.of(SenseKey.ILLEGAL_REQUEST, 0x20, 0));
        }
        return true;
    }

    private boolean fail(SenseData why) {
        sense = Optional.of(why);
        return false;
    }

    private byte[] answer(Cdb cdb) {
        return switch (cdb) {
            case Cdb.Inquiry _ ->
                encoded(
                        InquiryData.BYTES,
                        memory -> new InquiryData(deviceType, true, 6, 2, "Maker", "Disk\u0001", "1.0")
                                .encode(memory, 0));
            case Cdb.RequestSense _ -> {
                SenseData now = sense.orElse(SenseData.of(SenseKey.NO_SENSE, 0, 0));
                sense = Optional.empty();
                yield encoded(SenseData.BYTES, memory -> now.encode(memory, 0));
            }
            case Cdb.ReadCapacity10 _ ->
                encoded(CapacityData.BYTES_10, memory -> new CapacityData(lastBlock, BLOCK).encode10(memory, 0));
            case Cdb.ReadCapacity16 _ ->
                encoded(CapacityData.BYTES_16, memory -> new CapacityData(lastBlock, BLOCK).encode16(memory, 0));
            case Cdb.ModeSense6 _ -> new byte[] {3, 0, (byte) (writeProtected ? 0x80 : 0), 0};
            case Cdb.Read10(long block, int blocks, int _) ->
                java.util.Arrays.copyOfRange(disk, (int) block * BLOCK, (int) (block + blocks) * BLOCK);
            default -> new byte[0];
        };
    }

    private static byte[] encoded(int bytes, java.util.function.Consumer<MemorySegment> encoder) {
        byte[] encoded = new byte[bytes];
        encoder.accept(MemorySegment.ofArray(encoded));
        return encoded;
    }
}
