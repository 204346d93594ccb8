package ferrite.device.usbstick;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;

/// What MODE SENSE answers: header, one block descriptor, the caching page (SPC-4 §7.5, SBC-3 §6.5.5).
///
/// | (6) offset | (10) offset | field                                         |
/// |-----------:|------------:|-----------------------------------------------|
/// |          0 |           0 | mode data length, bytes that follow           |
/// |          2 |           3 | bit 7 write protected, bit 4 knows FUA        |
/// |          3 |           6 | bytes of block descriptors, 0 or 8            |
/// |          4 |           8 | number of blocks (32 bits), block size (24)   |
final class ModePages {
    /// Page control: saved values.
    static final int SAVED = 3;

    private static final int CHANGEABLE = 1;
    private static final int CACHING = 0x08;
    private static final int ALL = 0x3F;
    private static final int ALL_SUBPAGES = 0xFF;
    private static final int CACHING_BYTES = 20;
    /// Caching page, byte 2: written data may stay in a cache until SYNCHRONIZE CACHE.
    private static final int WRITE_CACHE_ENABLED = 0x04;
    private static final int WRITE_PROTECTED = 0x80;
    private static final int KNOWS_FORCE_UNIT_ACCESS = 0x10;
    private static final int DESCRIPTOR_BYTES = 8;

    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private ModePages() {}

    /// MODE SENSE(6) or (10).
    ///
    /// @param six the header is that of the 6-byte command
    /// @param noDescriptor leave out the block descriptor
    /// @param pageControl 0 current, 1 changeable, 2 default, 3 saved
    /// @param page 0..63
    /// @param subpage 0..255
    /// @param allocationLength most bytes to return
    record Request(boolean six, boolean noDescriptor, int pageControl, int page, int subpage, int allocationLength) {}

    /// The whole answer; empty for a page that is not here.
    static Optional<MemorySegment> of(Request request, StickSettings settings, long blocks) {
        boolean knownSubpage = request.subpage == 0 || (request.page == ALL && request.subpage == ALL_SUBPAGES);
        if (!knownSubpage || (request.page != CACHING && request.page != ALL)) {
            return Optional.empty();
        }
        int headerBytes = request.six ? 4 : 8;
        int descriptorBytes = request.noDescriptor ? 0 : DESCRIPTOR_BYTES;
        byte[] answer = new byte[headerBytes + descriptorBytes + CACHING_BYTES];
        int flags = KNOWS_FORCE_UNIT_ACCESS | (settings.readOnly() ? WRITE_PROTECTED : 0);
        if (request.six) {
            answer[0] = (byte) (answer.length - 1);
            answer[2] = (byte) flags;
            answer[3] = (byte) descriptorBytes;
        } else {
            answer[1] = (byte) (answer.length - 2);
            answer[3] = (byte) flags;
            answer[7] = (byte) descriptorBytes;
        }
        MemorySegment segment = MemorySegment.ofArray(answer);
        if (!request.noDescriptor) {
            segment.set(I32, headerBytes, (int) Math.min(blocks, 0xFFFF_FFFFL));
            segment.set(I32, headerBytes + 4, settings.blockBytes());
        }
        int page = headerBytes + descriptorBytes;
        answer[page] = CACHING;
        answer[page + 1] = CACHING_BYTES - 2;
        answer[page + 2] = (byte) (request.pageControl == CHANGEABLE ? 0 : WRITE_CACHE_ENABLED);
        return Optional.of(segment);
    }
}
