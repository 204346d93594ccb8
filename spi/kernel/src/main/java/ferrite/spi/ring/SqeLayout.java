package ferrite.spi.ring;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Byte layout of one submission queue entry in ring memory: 64 bytes, little-endian
/// (Redox io_uring RFC, 64-bit entry set; numbers in `docs/protocol/ring-abi.md`).
///
/// | offset | bytes | field        | meaning                                                     |
/// |-------:|------:|--------------|-------------------------------------------------------------|
/// |      0 |     1 | opcode       | [Opcode], or a private one from 128, unsigned               |
/// |      1 |     1 | flags        | [SqeFlags]                                                  |
/// |      2 |     2 | priority     | unsigned, larger = sooner                                   |
/// |      4 |     4 | syscallFlags | flags of the operation; interface version for private ones  |
/// |      8 |     8 | fd           | descriptor, or the scheme's own file number                 |
/// |     16 |     8 | length       | bytes                                                       |
/// |     24 |     8 | userData     | tag, copied to the completion                               |
/// |     32 |     8 | address      | shared address of the buffer                                |
/// |     40 |     8 | offset       | file offset, bytes; open flags in `Open`                    |
/// |     48 |     8 | additional1  | by opcode                                                   |
/// |     56 |     8 | additional2  | by opcode                                                   |
final class SqeLayout {
    static final ValueLayout.OfByte U8 = ValueLayout.JAVA_BYTE;
    static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final long BYTES = 64;
    static final long OPCODE = 0;
    static final long FLAGS = 1;
    static final long PRIORITY = 2;
    static final long SYSCALL_FLAGS = 4;
    static final long FD = 8;
    static final long LENGTH = 16;
    static final long USER_DATA = 24;
    static final long ADDRESS = 32;
    static final long OFFSET = 40;
    static final long ADDITIONAL1 = 48;
    static final long ADDITIONAL2 = 56;

    static {
        if (ADDITIONAL2 + U64.byteSize() != BYTES) {
            throw new AssertionError("submission queue entry is not " + BYTES + " bytes");
        }
    }

    private SqeLayout() {}
}
