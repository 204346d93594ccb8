package ferrite.benchmarks.rings;

/// One direction between two threads: entries of a few 64-bit words, or, in a queue of objects, a reference.
///
/// [#send] belongs to one thread, [#receive] to another.
public interface Channel {
    /// Places of every ring, so that all have the same room.
    int ENTRIES = 1024;

    /// Writes entries and publishes them as cheaply as this kind allows.
    ///
    /// @param count wanted, 1 and up
    /// @return how many there was room for
    int send(int count);

    /// Takes entries and reads every word of them.
    ///
    /// @param limit 1 and up
    /// @return how many there were, up to `limit`
    int receive(int limit);
}
