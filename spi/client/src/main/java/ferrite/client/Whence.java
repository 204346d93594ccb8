package ferrite.client;

/// From where [Handle#seek] counts.
public enum Whence {
    /// The start of the file.
    START(0),
    /// The descriptor's own offset.
    CURRENT(1),
    /// The end of the file.
    END(2);

    private final int code;

    Whence(int code) {
        this.code = code;
    }

    /// The number in the entry.
    public int code() {
        return code;
    }
}
