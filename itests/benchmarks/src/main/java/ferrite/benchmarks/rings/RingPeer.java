package ferrite.benchmarks.rings;

import ferrite.runtime.ring.FerriteRings;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;
import org.jctools.queues.SpscArrayQueue;

/// The rings and queues in Java.
@SuppressWarnings("ImmutableEnumChecker") // its makers are
public enum RingPeer {
    FERRITE("Ferrite", FerriteRings::entries, FerriteRings::requests),
    JCTOOLS("JCTools SpscArrayQueue", _ -> new QueueChannel(new SpscArrayQueue<>(Channel.ENTRIES))),
    AGRONA_QUEUE(
            "Agrona OneToOneConcurrentArrayQueue",
            _ -> new QueueChannel(new OneToOneConcurrentArrayQueue<>(Channel.ENTRIES))),
    AGRONA_WRITE("Agrona OneToOneRingBuffer, write", AgronaChannel.Copying::new),
    AGRONA_CLAIM("Agrona OneToOneRingBuffer, tryClaim", AgronaChannel.Claiming::new),
    DISRUPTOR("LMAX Disruptor", _ -> new DisruptorChannel()),
    ARRAY_BLOCKING_QUEUE("ArrayBlockingQueue", _ -> new QueueChannel(new ArrayBlockingQueue<>(Channel.ENTRIES)));

    private static final int SUBMISSION_WORDS = 8;
    private static final int COMPLETION_WORDS = 4;

    private final String text;
    private final IntFunction<Channel> entries;
    private final Supplier<RequestRing> requests;

    RingPeer(String text, IntFunction<Channel> entries) {
        this(text, entries, () -> new ChannelPair(entries.apply(SUBMISSION_WORDS), entries.apply(COMPLETION_WORDS)));
    }

    RingPeer(String text, IntFunction<Channel> entries, Supplier<RequestRing> requests) {
        this.text = text;
        this.entries = entries;
        this.requests = requests;
    }

    /// As it stands in the table.
    public String text() {
        return text;
    }

    /// Whether a target names it.
    boolean hasTarget() {
        return switch (this) {
            case FERRITE, JCTOOLS, AGRONA_WRITE, AGRONA_CLAIM -> true;
            case AGRONA_QUEUE, DISRUPTOR, ARRAY_BLOCKING_QUEUE -> false;
        };
    }

    /// A new channel for 64-byte entries.
    Channel entries() {
        return entries.apply(SUBMISSION_WORDS);
    }

    /// A new pair: 64 bytes there, 32 back.
    RequestRing requests() {
        return requests.get();
    }
}
