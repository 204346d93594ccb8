package ferrite.testkit.conformance;

import ferrite.spi.buffer.BufferPool;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.SubmissionQueueEntry;

/// One open ring and entries that its server understands. Used by one thread.
public interface RingSubject extends AutoCloseable {
    /// The end under test, open, with nothing in flight.
    ConsumerInstance ring();

    /// Most requests in flight.
    int inFlightMax();

    /// Lends buffers to its requests.
    BufferPool pool();

    /// Succeeds at once, with a status that is not negative.
    SubmissionQueueEntry succeeding();

    /// Fails at once.
    SubmissionQueueEntry failing();

    /// Stays with the server until it is cancelled; then answers ECANCELED. Its fd is on no other kind of entry.
    SubmissionQueueEntry staying();

    /// Multi-shot: an event at each [#fire].
    SubmissionQueueEntry armed();

    /// Makes one event for the armed entry. By another way than this ring.
    void fire();

    /// Reads 64 bytes that are not zero into a buffer of 64 bytes.
    SubmissionQueueEntry reading();

    /// Whether the server knows `Timeout` and `LinkTimeout`.
    boolean hasTimeouts();

    /// Whether files can be registered.
    boolean hasRegisteredFiles();

    @Override
    void close();
}
