package ferrite.spi.ring;

/// How [Opcode#MMAP] makes bytes present: its `syscallFlags`, with Redox's values. 0 means what the file can do.
public final class MapFlags {
    /// The file's own bytes; only `memory:` has them.
    public static final int SHARED = 1;
    /// A copy, read when it is made.
    public static final int PRIVATE = 2;

    private MapFlags() {}
}
