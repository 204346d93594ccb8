package ferrite.device.usbstick;

import ferrite.hw.scsi.AdditionalSense;
import ferrite.hw.scsi.CapacityData;
import ferrite.hw.scsi.Cdb;
import ferrite.hw.scsi.SenseData;
import ferrite.hw.scsi.SenseKey;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The logical unit: a direct access block device (SPC-4, SBC-3) on an [ImageFile].
///
/// Unit state:
///
/// ```
///            stop                      eject, not prevented
///  READY ----------> STOPPED    READY ----------------------> EJECTED
///    ^  <-----------              ^   <----------------------
///            start                             load
/// ```
///
/// There is no unit attention at power-on: the unit is ready for its first command.
final class ScsiDisk {
    private enum Unit {
        READY,
        STOPPED,
        EJECTED
    }

    private final ImageFile image;
    private final StickSettings settings;
    private final ScsiPages pages;
    private Unit unit = Unit.READY;
    private boolean removalPrevented;
    private AdditionalSense sense = AdditionalSense.NO_ADDITIONAL_SENSE;

    ScsiDisk(StickSettings settings, ImageFile image) {
        this.settings = settings;
        this.image = image;
        this.pages = new ScsiPages(settings);
    }

    /// Runs a command up to its data phase.
    ScsiOutcome execute(Cdb command) {
        if (!(command instanceof Cdb.RequestSense)) {
            sense = AdditionalSense.NO_ADDITIONAL_SENSE;
        }
        return switch (command) {
            case Cdb.Read10 read -> read(read.block(), read.blocks(), read.flags());
            case Cdb.Read16 read -> read(read.block(), read.blocks(), read.flags());
            case Cdb.Write10 write -> write(write.block(), write.blocks(), write.flags());
            case Cdb.Write16 write -> write(write.block(), write.blocks(), write.flags());
            case Cdb.TestUnitReady _ -> whenReady(ScsiOutcome.DONE);
            case Cdb.RequestSense request -> requestSense(request);
            case Cdb.Inquiry inquiry -> inquiry(inquiry);
            case Cdb.ModeSense6 mode ->
                modeSense(new ModePages.Request(
                        true,
                        mode.disableBlockDescriptors(),
                        mode.pageControl(),
                        mode.page(),
                        mode.subpage(),
                        mode.allocationLength()));
            case Cdb.ModeSense10 mode ->
                modeSense(new ModePages.Request(
                        false,
                        mode.disableBlockDescriptors(),
                        mode.pageControl(),
                        mode.page(),
                        mode.subpage(),
                        mode.allocationLength()));
            case Cdb.ReadCapacity10 _ -> whenReady(capacity10());
            case Cdb.ReadCapacity16 capacity -> whenReady(capacity16(capacity.allocationLength()));
            case Cdb.Verify10 verify -> verify(verify);
            case Cdb.SynchronizeCache10 sync -> synchronizeCache(sync.block(), sync.blocks());
            case Cdb.SynchronizeCache16 sync -> synchronizeCache(sync.block(), sync.blocks());
            case Cdb.StartStopUnit startStop -> startStop(startStop);
            case Cdb.PreventAllowMediumRemoval prevent -> {
                removalPrevented = prevent.prevent() == 1;
                yield ScsiOutcome.DONE;
            }
            case Cdb.ReportLuns report -> reportLuns(report);
            case Cdb.Unknown _ -> failed(AdditionalSense.INVALID_COMMAND_OPERATION_CODE);
        };
    }

    private ScsiOutcome read(long block, long blocks, int flags) {
        AdditionalSense refusal = refusal(block, blocks, flags);
        if (refusal != null) {
            return failed(refusal);
        }
        return blocks == 0 ? ScsiOutcome.DONE : new ScsiOutcome.Read(bytesOf(block), bytesOf(blocks));
    }

    private ScsiOutcome write(long block, long blocks, int flags) {
        AdditionalSense refusal = refusal(block, blocks, flags);
        if (refusal != null) {
            return failed(refusal);
        }
        if (settings.readOnly()) {
            return failed(AdditionalSense.WRITE_PROTECTED);
        }
        boolean durable = (flags & Cdb.FLAG_FORCE_UNIT_ACCESS) != 0;
        return blocks == 0 ? ScsiOutcome.DONE : new ScsiOutcome.Write(bytesOf(block), bytesOf(blocks), durable);
    }

    private ScsiOutcome verify(Cdb.Verify10 verify) {
        AdditionalSense refusal = refusal(verify.block(), verify.blocks(), verify.flags());
        if (refusal == null && (verify.flags() & Cdb.Verify10.BYTE_CHECK_MASK) != 0) {
            refusal = AdditionalSense.INVALID_FIELD_IN_CDB;
        }
        return refusal == null ? ScsiOutcome.DONE : failed(refusal);
    }

    private ScsiOutcome synchronizeCache(long block, long blocks) {
        AdditionalSense refusal = refusal(block, blocks, 0);
        if (refusal != null) {
            return failed(refusal);
        }
        return image.isReadOnly() ? ScsiOutcome.DONE : new ScsiOutcome.Sync();
    }

    /// Why blocks cannot be touched; null if they can.
    private @Nullable AdditionalSense refusal(long block, long blocks, int flags) {
        AdditionalSense notReady = notReady();
        if (notReady != null) {
            return notReady;
        }
        if ((flags & Cdb.FLAG_PROTECT_MASK) != 0) {
            return AdditionalSense.INVALID_FIELD_IN_CDB;
        }
        long all = blocks();
        // blocks is at most 2^32 - 1, so only block can be "negative", that is huge.
        boolean inside = block >= 0 && block <= all && blocks <= all - block;
        return inside ? null : AdditionalSense.LOGICAL_BLOCK_ADDRESS_OUT_OF_RANGE;
    }

    private @Nullable AdditionalSense notReady() {
        return switch (unit) {
            case READY -> null;
            case STOPPED -> AdditionalSense.INITIALIZING_COMMAND_REQUIRED;
            case EJECTED -> AdditionalSense.MEDIUM_NOT_PRESENT;
        };
    }

    private ScsiOutcome whenReady(ScsiOutcome outcome) {
        AdditionalSense notReady = notReady();
        return notReady == null ? outcome : failed(notReady);
    }

    private long blocks() {
        return image.bytes() / settings.blockBytes();
    }

    private long bytesOf(long blocks) {
        return blocks * settings.blockBytes();
    }

    private ScsiOutcome requestSense(Cdb.RequestSense request) {
        if (request.descriptorFormat()) {
            return failed(AdditionalSense.INVALID_FIELD_IN_CDB);
        }
        MemorySegment reply = MemorySegment.ofArray(new byte[SenseData.BYTES]);
        SenseData.of(sense).encode(reply, 0);
        sense = AdditionalSense.NO_ADDITIONAL_SENSE;
        return reply(reply, request.allocationLength());
    }

    private ScsiOutcome inquiry(Cdb.Inquiry inquiry) {
        if (!inquiry.evpd() && inquiry.page() != 0) {
            return failed(AdditionalSense.INVALID_FIELD_IN_CDB);
        }
        return (inquiry.evpd() ? pages.vital(inquiry.page()) : pages.standardInquiry())
                .map(page -> reply(page, inquiry.allocationLength()))
                .orElseGet(() -> failed(AdditionalSense.INVALID_FIELD_IN_CDB));
    }

    private ScsiOutcome modeSense(ModePages.Request request) {
        if (request.pageControl() == ModePages.SAVED) {
            return failed(AdditionalSense.SAVING_PARAMETERS_NOT_SUPPORTED);
        }
        return ModePages.of(request, settings, blocks())
                .map(page -> reply(page, request.allocationLength()))
                .orElseGet(() -> failed(AdditionalSense.INVALID_FIELD_IN_CDB));
    }

    private ScsiOutcome capacity10() {
        MemorySegment reply = MemorySegment.ofArray(new byte[CapacityData.BYTES_10]);
        CapacityData.ofBlocks(blocks(), settings.blockBytes()).encode10(reply, 0);
        return reply(reply, CapacityData.BYTES_10);
    }

    private ScsiOutcome capacity16(long allocationLength) {
        MemorySegment reply = MemorySegment.ofArray(new byte[CapacityData.BYTES_16]);
        CapacityData.ofBlocks(blocks(), settings.blockBytes()).encode16(reply, 0);
        return reply(reply, allocationLength);
    }

    private ScsiOutcome startStop(Cdb.StartStopUnit command) {
        if (command.powerCondition() != 0) {
            return ScsiOutcome.DONE;
        }
        if (!command.loadEject()) {
            if (unit == Unit.EJECTED) {
                return failed(AdditionalSense.MEDIUM_NOT_PRESENT);
            }
            unit = command.start() ? Unit.READY : Unit.STOPPED;
        } else if (command.start()) {
            unit = Unit.READY;
        } else if (removalPrevented) {
            return failed(AdditionalSense.MEDIUM_REMOVAL_PREVENTED);
        } else {
            unit = Unit.EJECTED;
        }
        return ScsiOutcome.DONE;
    }

    private ScsiOutcome reportLuns(Cdb.ReportLuns report) {
        if (report.selectReport() > 2) {
            return failed(AdditionalSense.INVALID_FIELD_IN_CDB);
        }
        // Header of 8 bytes, then 8 zeroes for unit 0; there are no well-known units to report alone.
        byte[] list = new byte[report.selectReport() == 1 ? 8 : 16];
        list[3] = (byte) (list.length - 8);
        return reply(MemorySegment.ofArray(list), report.allocationLength());
    }

    private static ScsiOutcome reply(MemorySegment whole, long allocationLength) {
        long bytes = Math.min(whole.byteSize(), allocationLength);
        return bytes == 0 ? ScsiOutcome.DONE : new ScsiOutcome.Reply(whole.asSlice(0, bytes));
    }

    /// Stores the cause for REQUEST SENSE.
    ScsiOutcome failed(AdditionalSense cause) {
        sense = cause;
        return new ScsiOutcome.Failed(cause);
    }

    /// What REQUEST SENSE would report now.
    SenseKey senseKey() {
        return sense.key();
    }

    void save(StateWriter state) {
        state.i64(image.bytes())
                .i32(settings.blockBytes())
                .choice(unit)
                .flag(removalPrevented)
                .choice(sense);
    }

    void restore(StateReader state) {
        long bytes = state.i64("bytes of the image", 1, Long.MAX_VALUE);
        StateReader.require(bytes == image.bytes(), "a disk of other size, bytes", bytes);
        int blockBytes = state.i32("block size", 512, 4096);
        StateReader.require(blockBytes == settings.blockBytes(), "a disk of other block size", blockBytes);
        unit = state.choice("unit", Unit.class);
        removalPrevented = state.flag("removalPrevented");
        sense = state.choice("sense", AdditionalSense.class);
    }
}
