package ferrite.hw.scsi;

import ferrite.hw.order.BigEndian;
import java.lang.foreign.MemorySegment;

/// A command descriptor block: 6, 10, 12 or 16 bytes, big-endian (SPC-4, SBC-3 chapter 5). Byte 0 is the
/// opcode, the last byte is CONTROL, which is not carried: encode writes 0.
///
/// Reserved and obsolete bits are ignored by decode and 0 after encode. A hot path may read the opcode, and
/// logical block address and transfer length at the offsets of [Read10], [Write10], [Read16] and [Write16].
public sealed interface Cdb {
    /// Longest command handled here, bytes.
    int BYTES_MAX = 16;
    /// Offset of the opcode, 8 bits.
    int OPCODE = 0;

    /// Flag in byte 1 of reads, writes and VERIFY: disable page out.
    int FLAG_DISABLE_PAGE_OUT = 0x10;
    /// Flag in byte 1 of reads and writes: force unit access.
    int FLAG_FORCE_UNIT_ACCESS = 0x08;
    /// Bits 7:5 in byte 1 of reads, writes and VERIFY: protection; 0 for disks without.
    int FLAG_PROTECT_MASK = 0xE0;

    /// TEST UNIT READY, SPC-4; 6 bytes.
    record TestUnitReady() implements Cdb {
        /// Opcode.
        public static final int CODE = 0x00;
    }

    /// REQUEST SENSE, SPC-4; 6 bytes.
    ///
    /// @param descriptorFormat byte 1 bit 0: wants descriptor format instead of [SenseData]
    /// @param allocationLength byte 4: most bytes to return
    record RequestSense(boolean descriptorFormat, int allocationLength) implements Cdb {
        /// Opcode.
        public static final int CODE = 0x03;
    }

    /// INQUIRY, SPC-4; 6 bytes.
    ///
    /// @param evpd byte 1 bit 0: wants a vital product data page instead of [InquiryData]
    /// @param page byte 2: which page; must be 0 without `evpd`
    /// @param allocationLength bytes 3..4: most bytes to return
    record Inquiry(boolean evpd, int page, int allocationLength) implements Cdb {
        /// Opcode.
        public static final int CODE = 0x12;
    }

    /// MODE SENSE(6), SPC-4; 6 bytes.
    ///
    /// @param disableBlockDescriptors byte 1 bit 3
    /// @param pageControl byte 2 bits 7:6: 0 current, 1 changeable, 2 default, 3 saved
    /// @param page byte 2 bits 5:0, 0x3F = all
    /// @param subpage byte 3
    /// @param allocationLength byte 4: most bytes to return
    record ModeSense6(boolean disableBlockDescriptors, int pageControl, int page, int subpage, int allocationLength)
            implements Cdb {
        /// Opcode.
        public static final int CODE = 0x1A;
    }

    /// MODE SENSE(10), SPC-4; 10 bytes.
    ///
    /// @param disableBlockDescriptors byte 1 bit 3
    /// @param pageControl byte 2 bits 7:6: 0 current, 1 changeable, 2 default, 3 saved
    /// @param page byte 2 bits 5:0, 0x3F = all
    /// @param subpage byte 3
    /// @param allocationLength bytes 7..8: most bytes to return
    record ModeSense10(boolean disableBlockDescriptors, int pageControl, int page, int subpage, int allocationLength)
            implements Cdb {
        /// Opcode.
        public static final int CODE = 0x5A;
    }

    /// START STOP UNIT, SBC-3; 6 bytes.
    ///
    /// @param immediate byte 1 bit 0: answer before it is done
    /// @param powerCondition byte 4 bits 7:4, 0 = by `start` and `loadEject`
    /// @param loadEject byte 4 bit 1: load or eject the medium
    /// @param start byte 4 bit 0: start or load; else stop or eject
    record StartStopUnit(boolean immediate, int powerCondition, boolean loadEject, boolean start) implements Cdb {
        /// Opcode.
        public static final int CODE = 0x1B;
    }

    /// PREVENT ALLOW MEDIUM REMOVAL, SBC-3; 6 bytes.
    ///
    /// @param prevent byte 4 bits 1:0: 0 allow, 1 prevent, 2 and 3 obsolete
    record PreventAllowMediumRemoval(int prevent) implements Cdb {
        /// Opcode.
        public static final int CODE = 0x1E;
    }

    /// READ CAPACITY(10), SBC-3; 10 bytes. The answer is 8 bytes of [CapacityData].
    record ReadCapacity10() implements Cdb {
        /// Opcode.
        public static final int CODE = 0x25;
    }

    /// READ CAPACITY(16), SBC-3; 16 bytes. The answer is up to 32 bytes of [CapacityData].
    ///
    /// @param allocationLength bytes 10..13: most bytes to return, 0..2^32-1
    record ReadCapacity16(long allocationLength) implements Cdb {
        /// Opcode, shared by the service actions.
        public static final int CODE = 0x9E;
        /// Byte 1 bits 4:0; another service action gives `Unknown`.
        public static final int SERVICE_ACTION = 0x10;
    }

    /// READ(10), SBC-3; 10 bytes.
    ///
    /// @param block bytes 2..5: first logical block, 0..2^32-1
    /// @param blocks bytes 7..8: how many, 0..65535, 0 = none
    /// @param flags byte 1, `FLAG_…`
    record Read10(long block, int blocks, int flags) implements Cdb {
        /// Opcode.
        public static final int CODE = 0x28;
        /// Offset of the first logical block, 32 bits.
        public static final int BLOCK = 2;
        /// Offset of the number of blocks, 16 bits.
        public static final int BLOCKS = 7;
    }

    /// WRITE(10), SBC-3; 10 bytes.
    ///
    /// @param block bytes 2..5: first logical block, 0..2^32-1
    /// @param blocks bytes 7..8: how many, 0..65535, 0 = none
    /// @param flags byte 1, `FLAG_…`
    record Write10(long block, int blocks, int flags) implements Cdb {
        /// Opcode.
        public static final int CODE = 0x2A;
        /// Offset of the first logical block, 32 bits.
        public static final int BLOCK = 2;
        /// Offset of the number of blocks, 16 bits.
        public static final int BLOCKS = 7;
    }

    /// READ(16), SBC-3; 16 bytes.
    ///
    /// @param block bytes 2..9: first logical block, 64 bits unsigned
    /// @param blocks bytes 10..13: how many, 0..2^32-1, 0 = none
    /// @param flags byte 1, `FLAG_…`
    record Read16(long block, long blocks, int flags) implements Cdb {
        /// Opcode.
        public static final int CODE = 0x88;
        /// Offset of the first logical block, 64 bits.
        public static final int BLOCK = 2;
        /// Offset of the number of blocks, 32 bits.
        public static final int BLOCKS = 10;
    }

    /// WRITE(16), SBC-3; 16 bytes.
    ///
    /// @param block bytes 2..9: first logical block, 64 bits unsigned
    /// @param blocks bytes 10..13: how many, 0..2^32-1, 0 = none
    /// @param flags byte 1, `FLAG_…`
    record Write16(long block, long blocks, int flags) implements Cdb {
        /// Opcode.
        public static final int CODE = 0x8A;
        /// Offset of the first logical block, 64 bits.
        public static final int BLOCK = 2;
        /// Offset of the number of blocks, 32 bits.
        public static final int BLOCKS = 10;
    }

    /// SYNCHRONIZE CACHE(10), SBC-3; 10 bytes.
    ///
    /// @param block bytes 2..5: first logical block, 0..2^32-1
    /// @param blocks bytes 7..8: how many, 0 = to the end
    /// @param immediate byte 1 bit 1: answer before it is done
    record SynchronizeCache10(long block, int blocks, boolean immediate) implements Cdb {
        /// Opcode.
        public static final int CODE = 0x35;
    }

    /// SYNCHRONIZE CACHE(16), SBC-3; 16 bytes.
    ///
    /// @param block bytes 2..9: first logical block, 64 bits unsigned
    /// @param blocks bytes 10..13: how many, 0..2^32-1, 0 = to the end
    /// @param immediate byte 1 bit 1: answer before it is done
    record SynchronizeCache16(long block, long blocks, boolean immediate) implements Cdb {
        /// Opcode.
        public static final int CODE = 0x91;
    }

    /// REPORT LUNS, SPC-4; 12 bytes.
    ///
    /// @param selectReport byte 2: 0 and 2 all units, 1 well-known ones
    /// @param allocationLength bytes 6..9: most bytes to return, 0..2^32-1
    record ReportLuns(int selectReport, long allocationLength) implements Cdb {
        /// Opcode.
        public static final int CODE = 0xA0;
    }

    /// VERIFY(10), SBC-3; 10 bytes.
    ///
    /// @param block bytes 2..5: first logical block, 0..2^32-1
    /// @param blocks bytes 7..8: how many, 0 = none
    /// @param flags byte 1: protection, `FLAG_DISABLE_PAGE_OUT`, bits 2:1 byte check (0 = no data sent)
    record Verify10(long block, int blocks, int flags) implements Cdb {
        /// Opcode.
        public static final int CODE = 0x2F;
        /// Byte 1 bits 2:1: 0 compares nothing, 1 compares with data that the host sends.
        public static final int BYTE_CHECK_MASK = 0x06;
    }

    /// An opcode or service action this codec does not know, or a block shorter than its opcode asks for.
    /// The device answers INVALID COMMAND OPERATION CODE.
    ///
    /// @param opcode 0..255; 0 if the block is empty
    record Unknown(int opcode) implements Cdb {}

    /// {@return the command at `at`}
    ///
    /// @param segment memory to read
    /// @param at offset of the opcode
    /// @param length bytes of the block; more than the opcode asks for is ignored, fewer gives `Unknown`
    static Cdb decode(MemorySegment segment, long at, int length) {
        if (length <= 0) {
            return new Unknown(0);
        }
        int opcode = BigEndian.u8(segment, at);
        if (length < bytesOf(opcode)) {
            return new Unknown(opcode);
        }
        return switch (opcode) {
            case TestUnitReady.CODE -> new TestUnitReady();
            case RequestSense.CODE -> new RequestSense(bit(segment, at + 1, 0x01), BigEndian.u8(segment, at + 4));
            case Inquiry.CODE ->
                new Inquiry(bit(segment, at + 1, 0x01), BigEndian.u8(segment, at + 2), BigEndian.u16(segment, at + 3));
            case ModeSense6.CODE ->
                new ModeSense6(
                        bit(segment, at + 1, 0x08),
                        BigEndian.u8(segment, at + 2) >>> 6,
                        BigEndian.u8(segment, at + 2) & 0x3F,
                        BigEndian.u8(segment, at + 3),
                        BigEndian.u8(segment, at + 4));
            case ModeSense10.CODE ->
                new ModeSense10(
                        bit(segment, at + 1, 0x08),
                        BigEndian.u8(segment, at + 2) >>> 6,
                        BigEndian.u8(segment, at + 2) & 0x3F,
                        BigEndian.u8(segment, at + 3),
                        BigEndian.u16(segment, at + 7));
            case StartStopUnit.CODE ->
                new StartStopUnit(
                        bit(segment, at + 1, 0x01),
                        BigEndian.u8(segment, at + 4) >>> 4,
                        bit(segment, at + 4, 0x02),
                        bit(segment, at + 4, 0x01));
            case PreventAllowMediumRemoval.CODE -> new PreventAllowMediumRemoval(BigEndian.u8(segment, at + 4) & 0x03);
            case ReadCapacity10.CODE -> new ReadCapacity10();
            case ReadCapacity16.CODE ->
                (BigEndian.u8(segment, at + 1) & 0x1F) == ReadCapacity16.SERVICE_ACTION
                        ? new ReadCapacity16(BigEndian.u32(segment, at + 10))
                        : new Unknown(opcode);
            case Read10.CODE -> new Read10(block10(segment, at), blocks10(segment, at), flags(segment, at, 0xF8));
            case Write10.CODE -> new Write10(block10(segment, at), blocks10(segment, at), flags(segment, at, 0xF8));
            case Verify10.CODE -> new Verify10(block10(segment, at), blocks10(segment, at), flags(segment, at, 0xF6));
            case Read16.CODE -> new Read16(block16(segment, at), blocks16(segment, at), flags(segment, at, 0xF8));
            case Write16.CODE -> new Write16(block16(segment, at), blocks16(segment, at), flags(segment, at, 0xF8));
            case SynchronizeCache10.CODE ->
                new SynchronizeCache10(block10(segment, at), blocks10(segment, at), bit(segment, at + 1, 0x02));
            case SynchronizeCache16.CODE ->
                new SynchronizeCache16(block16(segment, at), blocks16(segment, at), bit(segment, at + 1, 0x02));
            case ReportLuns.CODE -> new ReportLuns(BigEndian.u8(segment, at + 2), BigEndian.u32(segment, at + 6));
            default -> new Unknown(opcode);
        };
    }

    private static boolean bit(MemorySegment segment, long at, int mask) {
        return (BigEndian.u8(segment, at) & mask) != 0;
    }

    private static int flags(MemorySegment segment, long at, int mask) {
        return BigEndian.u8(segment, at + 1) & mask;
    }

    private static long block10(MemorySegment segment, long at) {
        return BigEndian.u32(segment, at + Read10.BLOCK);
    }

    private static int blocks10(MemorySegment segment, long at) {
        return BigEndian.u16(segment, at + Read10.BLOCKS);
    }

    private static long block16(MemorySegment segment, long at) {
        return BigEndian.i64(segment, at + Read16.BLOCK);
    }

    private static long blocks16(MemorySegment segment, long at) {
        return BigEndian.u32(segment, at + Read16.BLOCKS);
    }

    /// {@return bytes of a block by the group code in opcode bits 7:5 (SPC-4): 6, 10, 12 or 16; 6
    /// for the groups without a fixed length}
    ///
    /// @param opcode 0..255
    static int bytesOf(int opcode) {
        return switch (opcode >>> 5 & 7) {
            case 1, 2 -> 10;
            case 4 -> 16;
            case 5 -> 12;
            default -> 6;
        };
    }

    /// {@return opcode, 0..255}
    default int opcode() {
        return switch (this) {
            case TestUnitReady _ -> TestUnitReady.CODE;
            case RequestSense _ -> RequestSense.CODE;
            case Inquiry _ -> Inquiry.CODE;
            case ModeSense6 _ -> ModeSense6.CODE;
            case ModeSense10 _ -> ModeSense10.CODE;
            case StartStopUnit _ -> StartStopUnit.CODE;
            case PreventAllowMediumRemoval _ -> PreventAllowMediumRemoval.CODE;
            case ReadCapacity10 _ -> ReadCapacity10.CODE;
            case ReadCapacity16 _ -> ReadCapacity16.CODE;
            case Read10 _ -> Read10.CODE;
            case Write10 _ -> Write10.CODE;
            case Read16 _ -> Read16.CODE;
            case Write16 _ -> Write16.CODE;
            case SynchronizeCache10 _ -> SynchronizeCache10.CODE;
            case SynchronizeCache16 _ -> SynchronizeCache16.CODE;
            case ReportLuns _ -> ReportLuns.CODE;
            case Verify10 _ -> Verify10.CODE;
            case Unknown unknown -> unknown.opcode;
        };
    }

    /// {@return how many bytes [#encode] writes: 6, 10, 12 or 16}
    default int bytes() {
        return bytesOf(opcode());
    }

    /// Writes [#bytes()] bytes. `Unknown` is its opcode and zeroes.
    ///
    /// @param segment memory to write
    /// @param at offset of the opcode
    /// @return bytes written
    default int encode(MemorySegment segment, long at) {
        int bytes = bytes();
        for (int i = 1; i < bytes; i++) {
            BigEndian.put8(segment, at + i, 0);
        }
        BigEndian.put8(segment, at, opcode());
        switch (this) {
            case RequestSense(boolean descriptorFormat, int allocationLength) -> {
                BigEndian.put8(segment, at + 1, descriptorFormat ? 0x01 : 0);
                BigEndian.put8(segment, at + 4, allocationLength);
            }
            case Inquiry(boolean evpd, int page, int allocationLength) -> {
                BigEndian.put8(segment, at + 1, evpd ? 0x01 : 0);
                BigEndian.put8(segment, at + 2, page);
                BigEndian.put16(segment, at + 3, allocationLength);
            }
            case ModeSense6 sense -> {
                BigEndian.put8(segment, at + 1, sense.disableBlockDescriptors ? 0x08 : 0);
                BigEndian.put8(segment, at + 2, sense.pageControl << 6 | sense.page & 0x3F);
                BigEndian.put8(segment, at + 3, sense.subpage);
                BigEndian.put8(segment, at + 4, sense.allocationLength);
            }
            case ModeSense10 sense -> {
                BigEndian.put8(segment, at + 1, sense.disableBlockDescriptors ? 0x08 : 0);
                BigEndian.put8(segment, at + 2, sense.pageControl << 6 | sense.page & 0x3F);
                BigEndian.put8(segment, at + 3, sense.subpage);
                BigEndian.put16(segment, at + 7, sense.allocationLength);
            }
            case StartStopUnit(boolean immediate, int powerCondition, boolean loadEject, boolean start) -> {
                BigEndian.put8(segment, at + 1, immediate ? 0x01 : 0);
                BigEndian.put8(segment, at + 4, powerCondition << 4 | (loadEject ? 0x02 : 0) | (start ? 0x01 : 0));
            }
            case PreventAllowMediumRemoval(int prevent) -> BigEndian.put8(segment, at + 4, prevent & 0x03);
            case ReadCapacity16(long allocationLength) -> {
                BigEndian.put8(segment, at + 1, ReadCapacity16.SERVICE_ACTION);
                BigEndian.put32(segment, at + 10, (int) allocationLength);
            }
            case Read10(long block, int blocks, int flags) -> put10(segment, at, flags, block, blocks);
            case Write10(long block, int blocks, int flags) -> put10(segment, at, flags, block, blocks);
            case Verify10(long block, int blocks, int flags) -> put10(segment, at, flags, block, blocks);
            case SynchronizeCache10(long block, int blocks, boolean immediate) ->
                put10(segment, at, immediate ? 0x02 : 0, block, blocks);
            case Read16(long block, long blocks, int flags) -> put16(segment, at, flags, block, blocks);
            case Write16(long block, long blocks, int flags) -> put16(segment, at, flags, block, blocks);
            case SynchronizeCache16(long block, long blocks, boolean immediate) ->
                put16(segment, at, immediate ? 0x02 : 0, block, blocks);
            case ReportLuns(int selectReport, long allocationLength) -> {
                BigEndian.put8(segment, at + 2, selectReport);
                BigEndian.put32(segment, at + 6, (int) allocationLength);
            }
            case TestUnitReady _, ReadCapacity10 _, Unknown _ -> {}
        }
        return bytes;
    }

    private static void put10(MemorySegment segment, long at, int flags, long block, int blocks) {
        BigEndian.put8(segment, at + 1, flags);
        BigEndian.put32(segment, at + Read10.BLOCK, (int) block);
        BigEndian.put16(segment, at + Read10.BLOCKS, blocks);
    }

    private static void put16(MemorySegment segment, long at, int flags, long block, long blocks) {
        BigEndian.put8(segment, at + 1, flags);
        BigEndian.put64(segment, at + Read16.BLOCK, block);
        BigEndian.put32(segment, at + Read16.BLOCKS, (int) blocks);
    }
}
