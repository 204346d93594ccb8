package ferrite.runtime.ring;

import ferrite.spi.ring.RingParameters;

/// A small ring for one round of a stress test.
final class StressRing {
    /// An operation that only a server knows.
    static final int WORK = 200;

    private StressRing() {}

    static Ring make(int submissions, int completions) {
        return new Ring("stress", new Ring.Attachment.UserToUser(), new RingParameters(submissions, completions));
    }
}
