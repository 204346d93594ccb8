package ferrite.spi.buffer;

/// What the holder of a slice may do with its bytes.
public enum Access {
    READ,
    WRITE,
    READ_WRITE;

    /// Whether this right covers `wanted`.
    public boolean allows(Access wanted) {
        return this == READ_WRITE || this == wanted;
    }

    /// Whether bytes may be looked at.
    public boolean canRead() {
        return this != WRITE;
    }

    /// Whether bytes may be changed.
    public boolean canWrite() {
        return this != READ;
    }
}
