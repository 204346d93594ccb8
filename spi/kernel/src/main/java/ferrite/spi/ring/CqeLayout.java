package ferrite.spi.ring;

/// Byte layout of one completion queue entry in ring memory: 32 bytes, little-endian.
///
/// | offset | bytes | field    | meaning                                          |
/// |-------:|------:|----------|--------------------------------------------------|
/// |      0 |     8 | userData | the tag of the submission                        |
/// |      8 |     8 | status   | a value, or a negative [ferrite.spi.error.Errno] |
/// |     16 |     8 | flags    | [CqeFlags]                                       |
/// |     24 |     8 | extra    | second result, by opcode                         |
final class CqeLayout {
    static final long BYTES = 32;
    static final long USER_DATA = 0;
    static final long STATUS = 8;
    static final long FLAGS = 16;
    static final long EXTRA = 24;

    static {
        if (EXTRA + SqeLayout.U64.byteSize() != BYTES) {
            throw new AssertionError("completion queue entry is not " + BYTES + " bytes");
        }
    }

    private CqeLayout() {}
}
