package ferrite.runtime.ring;

import java.util.Locale;

/// One of the two ends of a ring.
public sealed interface RingEnd permits ConsumerEnd, ProducerEnd {
    Ring ring();

    /// Entries that this end has not taken yet: submissions at the producer's, completions at the consumer's. Any thread.
    int waiting();

    /// `3/128`: how many wait, and how many could.
    ///
    /// @param places of the queue that it takes them from
    default String fill(int places) {
        return String.format(Locale.ROOT, "%3d/%-3d", waiting(), places);
    }
}
