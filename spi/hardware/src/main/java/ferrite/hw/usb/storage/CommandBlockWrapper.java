package ferrite.hw.usb.storage;

import ferrite.hw.Octets;
import ferrite.hw.order.LittleEndian;
import ferrite.hw.scsi.Cdb;
import java.lang.foreign.MemorySegment;

/// A command on its way to the device: 31 bytes, little-endian (BOT 1.0 §5.1). The command block in it is
/// big-endian, see [Cdb].
///
/// | offset | bytes | field          | meaning                                        |
/// |-------:|------:|----------------|------------------------------------------------|
/// |      0 |     4 | signature      | 0x43425355, "USBC"                             |
/// |      4 |     4 | tag            | comes back in the status wrapper               |
/// |      8 |     4 | transferLength | bytes the host expects to move                 |
/// |     12 |     1 | flags          | bit 7: 1 = data to the host; others reserved   |
/// |     13 |     1 | lun            | bits 3:0; others reserved                      |
/// |     14 |     1 | commandLength  | bits 4:0, 1..16; others reserved               |
/// |     15 |    16 | command        | command block, then padding                    |
///
/// A hot path reads single fields at the offsets, decodes the command in place with
/// `Cdb.decode(segment, at + COMMAND, …)` and writes with [#encodeCommand].
///
/// @param signature as received
/// @param tag any 32 bits
/// @param transferLength bytes, 0..2^32-1
/// @param flags as received, 0..255
/// @param lun as received, 0..255
/// @param commandLength as received, 0..255
/// @param command always [#COMMAND_BYTES] bytes
public record CommandBlockWrapper(
        int signature, int tag, long transferLength, int flags, int lun, int commandLength, Octets command) {
    /// Bytes of the wrapper.
    public static final int BYTES = 31;
    /// Value of a good signature.
    public static final int SIGNATURE_VALUE = 0x43425355;
    /// Offset, 32 bits.
    public static final int SIGNATURE = 0;
    /// Offset, 32 bits.
    public static final int TAG = 4;
    /// Offset, 32 bits.
    public static final int TRANSFER_LENGTH = 8;
    /// Offset, 8 bits.
    public static final int FLAGS = 12;
    /// Offset, 8 bits.
    public static final int LUN = 13;
    /// Offset, 8 bits.
    public static final int COMMAND_LENGTH = 14;
    /// Offset of the command block.
    public static final int COMMAND = 15;
    /// Bytes of the command block with its padding.
    public static final int COMMAND_BYTES = 16;
    /// Flags bit 7: data to the host.
    public static final int FLAG_IN = 0x80;

    /// Checks the size of the command.
    ///
    /// @throws IllegalArgumentException if it is not 16 bytes
    public CommandBlockWrapper {
        if (command.size() != COMMAND_BYTES) {
            throw new IllegalArgumentException("command " + command.size() + " != " + COMMAND_BYTES + " bytes");
        }
    }

    /// {@return a valid and meaningful wrapper}
    ///
    /// @param tag any 32 bits
    /// @param transferLength bytes, 0..2^32-1
    /// @param in data to the host
    /// @param lun 0..15
    /// @param cdb command
    public static CommandBlockWrapper of(int tag, long transferLength, boolean in, int lun, Cdb cdb) {
        byte[] command = new byte[COMMAND_BYTES];
        int length = cdb.encode(MemorySegment.ofArray(command), 0);
        return new CommandBlockWrapper(
                SIGNATURE_VALUE, tag, transferLength, in ? FLAG_IN : 0, lun, length, Octets.of(command));
    }

    /// {@return the wrapper at `at`}
    ///
    /// @param segment memory to read, [#BYTES] from `at` on
    /// @param at offset of the signature
    public static CommandBlockWrapper decode(MemorySegment segment, long at) {
        return new CommandBlockWrapper(
                LittleEndian.i32(segment, at + SIGNATURE),
                LittleEndian.i32(segment, at + TAG),
                LittleEndian.u32(segment, at + TRANSFER_LENGTH),
                LittleEndian.u8(segment, at + FLAGS),
                LittleEndian.u8(segment, at + LUN),
                LittleEndian.u8(segment, at + COMMAND_LENGTH),
                Octets.copyOf(segment, at + COMMAND, COMMAND_BYTES));
    }

    /// Writes [#BYTES] bytes.
    ///
    /// @param segment memory to write
    /// @param at offset of the signature
    public void encode(MemorySegment segment, long at) {
        LittleEndian.put32(segment, at + SIGNATURE, signature);
        LittleEndian.put32(segment, at + TAG, tag);
        LittleEndian.put32(segment, at + TRANSFER_LENGTH, (int) transferLength);
        LittleEndian.put8(segment, at + FLAGS, flags);
        LittleEndian.put8(segment, at + LUN, lun);
        LittleEndian.put8(segment, at + COMMAND_LENGTH, commandLength);
        command.encode(segment, at + COMMAND);
    }

    /// Writes [#BYTES] bytes without allocating: a good signature, the given fields and the command.
    ///
    /// @param segment memory to write
    /// @param at offset of the signature
    /// @param tag any 32 bits
    /// @param transferLength bytes, 0..2^32-1
    /// @param in data to the host
    /// @param cdb command for logical unit 0
    public static void encodeCommand(
            MemorySegment segment, long at, int tag, long transferLength, boolean in, Cdb cdb) {
        LittleEndian.put32(segment, at + SIGNATURE, SIGNATURE_VALUE);
        LittleEndian.put32(segment, at + TAG, tag);
        LittleEndian.put32(segment, at + TRANSFER_LENGTH, (int) transferLength);
        LittleEndian.put8(segment, at + FLAGS, in ? FLAG_IN : 0);
        LittleEndian.put8(segment, at + LUN, 0);
        segment.asSlice(at + COMMAND, COMMAND_BYTES).fill((byte) 0);
        LittleEndian.put8(segment, at + COMMAND_LENGTH, cdb.encode(segment, at + COMMAND));
    }

    /// {@return whether data goes to the host}
    public boolean in() {
        return (flags & FLAG_IN) != 0;
    }

    /// {@return the parsed command; `Unknown` if the command length is too small for its opcode}
    public Cdb cdb() {
        byte[] bytes = command.toArray();
        return Cdb.decode(MemorySegment.ofArray(bytes), 0, Math.min(commandLength, COMMAND_BYTES));
    }

    /// {@return verdict of BOT 1.0 §6.2.1: whether this is a command block wrapper at all. Not checked here:
    /// that it came after a status wrapper or a reset. If not valid, the device halts both endpoints.}
    ///
    /// @param receivedBytes length of the packet it came in
    public boolean isValid(long receivedBytes) {
        return receivedBytes == BYTES && signature == SIGNATURE_VALUE;
    }

    /// {@return verdict of BOT 1.0 §6.2.2: no reserved bit is set, the logical unit exists and the command
    /// length is 1..16}
    ///
    /// @param maxLun highest logical unit number of the device, 0..15
    public boolean isMeaningful(int maxLun) {
        return (flags & ~FLAG_IN) == 0 && lun <= maxLun && commandLength >= 1 && commandLength <= COMMAND_BYTES;
    }
}
