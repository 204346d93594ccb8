package ferrite.driver.xhcid;

import ferrite.hw.xhci.Trb;

/// How a buffer is cut into TRBs: none longer than 64 KiB, none across a 64 KiB boundary (xHCI 1.2 §6.4.1, table
/// 6-19).
///
/// ```
///   address     64 KiB       64 KiB         address + bytes
///      |--- 0 ---|---- 1 -----|----- 2 ------|
/// ```
///
/// @param address device address of the first byte
/// @param bytes 0 and up
/// @param packetBytes largest packet of the endpoint, 1 and up
record TransferSplit(long address, long bytes, int packetBytes) {
    private static final int TD_SIZE_MAX = 31;

    /// TRBs that `bytes` bytes may need, wherever they begin.
    static int trbsAtMost(long bytes) {
        return (int) (bytes / Trb.LENGTH_MAX) + 2;
    }

    /// TRBs needed; one for no bytes.
    int trbs() {
        long firstOffset = address & Trb.LENGTH_MAX - 1;
        return bytes == 0 ? 1 : (int) ((firstOffset + bytes + Trb.LENGTH_MAX - 1) / Trb.LENGTH_MAX);
    }

    /// Bytes before TRB `index`.
    long start(int index) {
        return index == 0 ? 0 : Math.min(bytes, (long) index * Trb.LENGTH_MAX - (address & Trb.LENGTH_MAX - 1));
    }

    /// Bytes of TRB `index`.
    int length(int index) {
        return (int) (start(index + 1) - start(index));
    }

    /// Device address of TRB `index`; 0 without bytes.
    long addressOf(int index) {
        return bytes == 0 ? 0 : address + start(index);
    }

    /// Packets that follow after TRB `index`, at most 31; 0 for the last TRB (§4.11.2.4).
    int tdSize(int index) {
        if (index == trbs() - 1) {
            return 0;
        }
        long all = (bytes + packetBytes - 1) / packetBytes;
        long done = start(index + 1) / packetBytes;
        return (int) Math.min(TD_SIZE_MAX, all - done);
    }
}
