package ferrite.hw.scsi;

import ferrite.hw.order.BigEndian;
import java.lang.foreign.MemorySegment;

/// Size of a disk as READ CAPACITY gives it, big-endian: 8 bytes for (10), SBC-3; 32 bytes for (16),
/// SBC-3.
///
/// | (10) offset | (16) offset | bytes  | field                                   |
/// |------------:|------------:|--------|-----------------------------------------|
/// |           0 |           0 | 4 / 8  | last logical block address              |
/// |           4 |           8 | 4      | bytes of one block                      |
/// |             |          12 | 20     | protection, provisioning, alignment: 0  |
///
/// Protection, provisioning and alignment are not carried: decode ignores them.
///
/// @param lastBlock address of the last block, 64 bits unsigned
/// @param blockBytes bytes of one block, 0..2^32-1
public record CapacityData(long lastBlock, long blockBytes) {
    /// Bytes of the (10) structure.
    public static final int BYTES_10 = 8;
    /// Bytes of the (16) structure.
    public static final int BYTES_16 = 32;
    /// Last block in the (10) structure of a disk that has more: ask READ CAPACITY(16).
    public static final long LAST_BLOCK_SATURATED = 0xFFFF_FFFFL;

    /// {@return the capacity of a disk with `blocks` blocks}
    ///
    /// @param blocks 1 and up
    /// @param blockBytes bytes of one block
    public static CapacityData ofBlocks(long blocks, long blockBytes) {
        return new CapacityData(blocks - 1, blockBytes);
    }

    /// {@return the (10) structure at `at`}
    ///
    /// @param segment memory to read, [#BYTES_10] from `at` on
    /// @param at offset of the first byte
    public static CapacityData decode10(MemorySegment segment, long at) {
        return new CapacityData(BigEndian.u32(segment, at), BigEndian.u32(segment, at + 4));
    }

    /// {@return the (16) structure at `at`}
    ///
    /// @param segment memory to read, [#BYTES_16] from `at` on
    /// @param at offset of the first byte
    public static CapacityData decode16(MemorySegment segment, long at) {
        return new CapacityData(BigEndian.i64(segment, at), BigEndian.u32(segment, at + 8));
    }

    /// Writes [#BYTES_10] bytes; a last block that does not fit is [#LAST_BLOCK_SATURATED].
    ///
    /// @param segment memory to write
    /// @param at offset of the first byte
    public void encode10(MemorySegment segment, long at) {
        boolean fits = Long.compareUnsigned(lastBlock, LAST_BLOCK_SATURATED) < 0;
        BigEndian.put32(segment, at, (int) (fits ? lastBlock : LAST_BLOCK_SATURATED));
        BigEndian.put32(segment, at + 4, (int) blockBytes);
    }

    /// Writes [#BYTES_16] bytes.
    ///
    /// @param segment memory to write
    /// @param at offset of the first byte
    public void encode16(MemorySegment segment, long at) {
        segment.asSlice(at, BYTES_16).fill((byte) 0);
        BigEndian.put64(segment, at, lastBlock);
        BigEndian.put32(segment, at + 8, (int) blockBytes);
    }

    /// {@return whether a (10) structure cannot say it: the last block is at or above
    /// [#LAST_BLOCK_SATURATED]}
    public boolean isSaturated() {
        return Long.compareUnsigned(lastBlock, LAST_BLOCK_SATURATED) >= 0;
    }

    /// {@return number of blocks, 64 bits unsigned; 0 if the last block is 2^64-1}
    public long blocks() {
        return lastBlock + 1;
    }
}
