package ferrite.runtime.ring;

/// A request that was submitted and not reaped, as it is shown.
///
/// @param record place in the ring's table of records
/// @param use of the record: another one is another request
/// @param stage how far it has come
/// @param opcode of the entry; −1 if it was received while we looked
/// @param fd of the entry
public record RingRequest(int record, int use, Stage stage, int opcode, long fd) {
    /// How far a request has come.
    public enum Stage {
        /// In the submission queue.
        QUEUED,
        /// Received, and behind a DRAIN or an entry of its chain.
        HELD,
        /// In the hands of who serves it.
        SERVED,
        /// Answered, and not reaped.
        ANSWERED
    }
}
