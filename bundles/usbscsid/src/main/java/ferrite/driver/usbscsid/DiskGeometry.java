package ferrite.driver.usbscsid;

import ferrite.hw.scsi.Cdb;

/// What the disk said about itself at start.
///
/// @param blocks 1 and up
/// @param blockBytes power of two, 512..65536
/// @param readOnly the medium is write protected
/// @param vendor from INQUIRY
/// @param model from INQUIRY
/// @param revision from INQUIRY
record DiskGeometry(long blocks, int blockBytes, boolean readOnly, String vendor, String model, String revision) {
    static final int BLOCK_BYTES_MIN = 512;
    static final int BLOCK_BYTES_MAX = 65_536;

    private static final long BLOCKS_MAX_10 = 1L << 32;
    private static final int COUNT_MAX_10 = 0xFFFF;

    long bytes() {
        return blocks * blockBytes;
    }

    /// Whether block count and size are something that this driver can serve.
    boolean isSensible() {
        return Integer.bitCount(blockBytes) == 1
                && blockBytes >= BLOCK_BYTES_MIN
                && blockBytes <= BLOCK_BYTES_MAX
                && blocks > 0
                && blocks <= Long.MAX_VALUE / blockBytes;
    }

    /// READ or WRITE with the shorter command block if it can say it.
    Cdb transfer(boolean writes, long block, long count) {
        if (block + count <= BLOCKS_MAX_10 && count <= COUNT_MAX_10) {
            return writes ? new Cdb.Write10(block, (int) count, 0) : new Cdb.Read10(block, (int) count, 0);
        }
        return writes ? new Cdb.Write16(block, count, 0) : new Cdb.Read16(block, count, 0);
    }

    /// `info`.
    String text() {
        return """
            vendor = %s
            model = %s
            revision = %s
            blocks = %d
            block_size = %d
            """.formatted(vendor, model, revision, blocks, blockBytes);
    }
}
