package ferrite.device.usbstick;

import ferrite.hw.scsi.InquiryData;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// What INQUIRY answers: standard data and vital product data pages 00, 80, 83 and B0 (SPC-4 §7.8, SBC-3 §6.6.4).
final class ScsiPages {
    private static final int SUPPORTED_PAGES = 0x00;
    private static final int UNIT_SERIAL_NUMBER = 0x80;
    private static final int DEVICE_IDENTIFICATION = 0x83;
    private static final int BLOCK_LIMITS = 0xB0;

    private static final int HEADER_BYTES = 4;
    private static final int BLOCK_LIMITS_BYTES = 0x3C;
    /// Most bytes of one transfer, block limits page: what a READ(10) can ask for, in blocks.
    private static final int TRANSFER_BLOCKS_MAX = 0xFFFF;
    /// Most comfortable transfer, bytes.
    private static final int TRANSFER_BYTES_OPTIMAL = 1 << 20;

    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final StickSettings settings;

    ScsiPages(StickSettings settings) {
        this.settings = settings;
    }

    Optional<MemorySegment> standardInquiry() {
        MemorySegment data = MemorySegment.ofArray(new byte[InquiryData.BYTES]);
        new InquiryData(
                        InquiryData.DEVICE_TYPE_DISK,
                        true,
                        InquiryData.VERSION_SPC_4,
                        InquiryData.RESPONSE_FORMAT,
                        settings.identity().vendor(),
                        settings.identity().model(),
                        "1.0")
                .encode(data, 0);
        return Optional.of(data);
    }

    /// A vital product data page; empty if there is none with this code.
    Optional<MemorySegment> vital(int page) {
        return switch (page) {
            case SUPPORTED_PAGES ->
                Optional.of(page(page, new byte[] {
                    SUPPORTED_PAGES, (byte) UNIT_SERIAL_NUMBER, (byte) DEVICE_IDENTIFICATION, (byte) BLOCK_LIMITS
                }));
            case UNIT_SERIAL_NUMBER ->
                Optional.of(page(page, ascii(settings.identity().serial())));
            case DEVICE_IDENTIFICATION -> Optional.of(page(page, designator()));
            case BLOCK_LIMITS -> Optional.of(blockLimits());
            default -> Optional.empty();
        };
    }

    private static MemorySegment page(int code, byte[] body) {
        MemorySegment page = MemorySegment.ofArray(new byte[HEADER_BYTES + body.length]);
        page.set(ValueLayout.JAVA_BYTE, 1, (byte) code);
        page.set(I16, 2, (short) body.length);
        MemorySegment.copy(MemorySegment.ofArray(body), 0, page, HEADER_BYTES, body.length);
        return page;
    }

    /// T10 vendor identification based designator of the unit, SPC-4 §7.8.6.4: eight characters of the vendor, then
    /// what only this unit has.
    private byte[] designator() {
        byte[] text = ascii(String.format(
                "%-8s%s%s",
                settings.identity().vendor(),
                settings.identity().model(),
                settings.identity().serial()));
        byte[] designator = new byte[4 + text.length];
        designator[0] = 2; // code set: ASCII
        designator[1] = 1; // association: logical unit; type: T10 vendor identification
        designator[3] = (byte) text.length;
        System.arraycopy(text, 0, designator, 4, text.length);
        return designator;
    }

    private MemorySegment blockLimits() {
        MemorySegment page = page(BLOCK_LIMITS, new byte[BLOCK_LIMITS_BYTES]);
        page.set(I16, 6, (short) 1); // optimal granularity, blocks
        page.set(I32, 8, TRANSFER_BLOCKS_MAX);
        page.set(I32, 12, TRANSFER_BYTES_OPTIMAL / settings.blockBytes());
        return page;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
