package ferrite.spi.buffer;

/// Keeps a slice from being reused while somebody still may touch it. Released exactly once.
public interface Guard {
    /// Who may touch the bytes.
    String holder();

    /// Ends this guard; a second call does nothing.
    void release();
}
