package ferrite.hw.usb.storage;

import ferrite.hw.order.LittleEndian;
import java.lang.foreign.MemorySegment;

/// The device's answer to a command: 13 bytes, little-endian (BOT 1.0 §5.2).
///
/// | offset | bytes | field     | meaning                                                        |
/// |-------:|------:|-----------|----------------------------------------------------------------|
/// |      0 |     4 | signature | 0x53425355, "USBS"                                             |
/// |      4 |     4 | tag       | of the command block wrapper                                   |
/// |      8 |     4 | residue   | bytes expected but not processed                               |
/// |     12 |     1 | status    | 0 passed, 1 failed, 2 phase error, others reserved             |
///
/// @param signature as received
/// @param tag any 32 bits
/// @param residue bytes, 0..2^32-1
/// @param status as received, 0..255, `STATUS_…`
public record CommandStatusWrapper(int signature, int tag, long residue, int status) {
    /// Bytes of the wrapper.
    public static final int BYTES = 13;
    /// Value of a good signature.
    public static final int SIGNATURE_VALUE = 0x53425355;
    /// Offset, 32 bits.
    public static final int SIGNATURE = 0;
    /// Offset, 32 bits.
    public static final int TAG = 4;
    /// Offset, 32 bits.
    public static final int RESIDUE = 8;
    /// Offset, 8 bits.
    public static final int STATUS = 12;
    /// The command did what it says.
    public static final int STATUS_PASSED = 0;
    /// The command failed; REQUEST SENSE tells why.
    public static final int STATUS_FAILED = 1;
    /// Host and device disagree; the host does a reset recovery.
    public static final int STATUS_PHASE_ERROR = 2;

    /// {@return a wrapper with a good signature}
    ///
    /// @param tag of the command block wrapper
    /// @param residue bytes, 0..2^32-1
    /// @param status `STATUS_…`
    public static CommandStatusWrapper of(int tag, long residue, int status) {
        return new CommandStatusWrapper(SIGNATURE_VALUE, tag, residue, status);
    }

    /// {@return the wrapper at `at`}
    ///
    /// @param segment memory to read, [#BYTES] from `at` on
    /// @param at offset of the signature
    public static CommandStatusWrapper decode(MemorySegment segment, long at) {
        return new CommandStatusWrapper(
                LittleEndian.i32(segment, at + SIGNATURE),
                LittleEndian.i32(segment, at + TAG),
                LittleEndian.u32(segment, at + RESIDUE),
                LittleEndian.u8(segment, at + STATUS));
    }

    /// Writes [#BYTES] bytes.
    ///
    /// @param segment memory to write
    /// @param at offset of the signature
    public void encode(MemorySegment segment, long at) {
        LittleEndian.put32(segment, at + SIGNATURE, signature);
        LittleEndian.put32(segment, at + TAG, tag);
        LittleEndian.put32(segment, at + RESIDUE, (int) residue);
        LittleEndian.put8(segment, at + STATUS, status);
    }

    /// {@return verdict of BOT 1.0 §6.3.1: whether this is the status of that command}
    ///
    /// @param receivedBytes length of the packet it came in
    /// @param expectedTag tag of the command block wrapper
    public boolean isValid(long receivedBytes, int expectedTag) {
        return receivedBytes == BYTES && signature == SIGNATURE_VALUE && tag == expectedTag;
    }

    /// {@return verdict of BOT 1.0 §6.3.2: passed or failed with a residue of at most the transfer length,
    /// or a phase error}
    ///
    /// @param transferLength of the command block wrapper, bytes
    public boolean isMeaningful(long transferLength) {
        return switch (status) {
            case STATUS_PASSED, STATUS_FAILED -> residue <= transferLength;
            case STATUS_PHASE_ERROR -> true;
            default -> false;
        };
    }
}
