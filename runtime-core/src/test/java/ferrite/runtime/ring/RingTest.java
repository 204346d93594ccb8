package ferrite.runtime.ring;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.error.Errno;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.RingState;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RingTest {
    private static final SubmissionQueueEntry NOP = SubmissionQueueEntry.of(200);

    private static Ring ring(int submissions, int completions) {
        return new Ring("test", new Ring.Attachment.UserToUser(), new RingParameters(submissions, completions));
    }

    /// A completion as it was reaped.
    private record Done(long userData, long status, long extra, boolean terminal) {}

    private static @Nullable Done reap(Ring ring) {
        ConsumerEnd end = ring.consumer();
        return end.reap() ? new Done(end.userData(), end.status(), end.extra(), end.isTerminal()) : null;
    }

    @Test
    void submissionIsReceivedAnsweredAndReapedWithItsOwnTag() {
        Ring ring = ring(4, 8);
        assertThat(ring.consumer().submit(NOP.withAdditional(7, 8), null, 42, null))
                .isTrue();
        InFlight record = Objects.requireNonNull(ring.producer().receive());
        assertThat(record.additional1()).isEqualTo(7);
        ring.producer().complete(record, 5, 6);
        Done done = Objects.requireNonNull(reap(ring));
        assertThat(done.userData()).isEqualTo(42);
        assertThat(done.status()).isEqualTo(5);
        assertThat(done.extra()).isEqualTo(6);
        assertThat(done.terminal()).isTrue();
    }

    private static boolean put(Ring ring, long userData) {
        return ring.consumer().put(NOP.head(), 0, 0, 0, 0, 0, 0, null, userData, null);
    }

    @Test
    void entriesThatArePutAreSeenTogetherWhenTheyArePublished() {
        Ring ring = ring(4, 8);
        for (int lap = 0; lap < 3; lap++) {
            for (int i = 0; i < 3; i++) {
                assertThat(put(ring, i)).isTrue();
            }
            assertThat(ring.producer().receive()).isNull();
            ring.consumer().publish();
            for (int i = 0; i < 3; i++) {
                ring.producer().complete(Objects.requireNonNull(ring.producer().receive()), 0, 0);
                assertThat(Objects.requireNonNull(reap(ring)).userData()).isEqualTo(i);
            }
            assertThat(ring.producer().receive()).isNull();
        }
    }

    @Test
    void answersThatAreHeldBackAreSeenTogetherWhenTheyArePublished() {
        Ring ring = ring(4, 8);
        for (int lap = 0; lap < 5; lap++) {
            for (int i = 0; i < 3; i++) {
                ring.consumer().submit(NOP, null, i, null);
            }
            ring.producer().holdBack();
            for (int i = 0; i < 3; i++) {
                ring.producer().complete(Objects.requireNonNull(ring.producer().receive()), i, 0);
            }
            assertThat(reap(ring)).isNull();
            ring.producer().publish();
            for (int i = 0; i < 3; i++) {
                assertThat(Objects.requireNonNull(reap(ring)).status()).isEqualTo(i);
            }
            assertThat(reap(ring)).isNull();
        }
    }

    @Test
    void whatWasPutIsAnsweredAlthoughTheConsumerClosesWithoutPublishing() {
        Ring ring = ring(4, 8);
        put(ring, 1);
        ring.consumer().close();
        assertThat(ring.producer().drained()).isTrue();
        assertThat(ring.consumer().inFlight()).isZero();
    }

    @Test
    void producerThatClosesAnswersWhatItHasNotReceived() {
        Ring ring = ring(4, 8);
        ring.consumer().submit(NOP, null, 1, null);
        ring.consumer().submit(NOP.withFlags(SqeFlags.SUBSCRIBE), null, 2, null);
        ring.producer().receive();
        ring.producer().close(Errno.ENODEV);
        Set<Done> done = new HashSet<>();
        for (Done next = reap(ring); next != null; next = reap(ring)) {
            done.add(next);
        }
        assertThat(done)
                .containsExactlyInAnyOrder(
                        new Done(1, Errno.ENODEV.status(), 0, true), new Done(2, Errno.ENODEV.status(), 0, true));
    }

    @Test
    void submitIsRefusedWhenTheQueueIsFull() {
        Ring ring = ring(2, 8);
        assertThat(ring.consumer().submit(NOP, null, 1, null)).isTrue();
        assertThat(ring.consumer().submit(NOP, null, 2, null)).isTrue();
        assertThat(ring.consumer().submit(NOP, null, 3, null)).isFalse();
    }

    @Test
    void submitIsRefusedWhenEveryRecordIsInFlight() {
        Ring ring = ring(2, 4);
        for (int i = 0; i < 2; i++) {
            ring.consumer().submit(NOP, null, i, null);
            ring.producer().receive();
        }
        assertThat(ring.consumer().submit(NOP, null, 3, null)).isFalse();
    }

    @Test
    void answerIsGivenOnce() {
        Ring ring = ring(2, 4);
        ring.consumer().submit(NOP, null, 1, null);
        InFlight record = Objects.requireNonNull(ring.producer().receive());
        assertThat(ring.producer().complete(record, 1, 0)).isTrue();
        assertThat(ring.producer().complete(record, 2, 0)).isFalse();
        assertThat(Objects.requireNonNull(reap(ring)).status()).isEqualTo(1);
        assertThat(reap(ring)).isNull();
    }

    @Test
    void eventsNeverTakeThePlaceOfAnswers() {
        Ring ring = ring(4, 8);
        for (int i = 0; i < 4; i++) {
            ring.consumer().submit(NOP.withFlags(SqeFlags.SUBSCRIBE), null, i, null);
        }
        InFlight[] armed = new InFlight[4];
        for (int i = 0; i < 4; i++) {
            armed[i] = Objects.requireNonNull(ring.producer().receive());
        }
        int posted = 0;
        while (ring.producer().post(armed[0], posted, 0)) {
            posted++;
        }
        assertThat(posted).isEqualTo(4);
        for (InFlight record : armed) {
            ring.producer().complete(record, 0, 0);
        }
        int reaped = 0;
        while (reap(ring) != null) {
            reaped++;
        }
        assertThat(reaped).isEqualTo(8);
        assertThat(ring.state()).isEqualTo(RingState.OPEN);
    }

    @Test
    void serverThatClosesAnswersEverythingOutstanding() {
        Ring ring = ring(4, 8);
        ring.consumer().submit(NOP, null, 1, null);
        ring.producer().receive();
        ring.consumer().submit(NOP, null, 2, null);
        ring.producer().close(Errno.ENODEV);
        for (int i = 1; i <= 2; i++) {
            Done done = Objects.requireNonNull(reap(ring));
            assertThat(done.userData()).isEqualTo(i);
            assertThat(done.status()).isEqualTo(Errno.ENODEV.status());
        }
        assertThat(ring.consumer().submit(NOP, null, 3, null)).isFalse();
    }

    @Test
    void askerThatClosesLeavesTheServerToDrain() {
        Ring ring = ring(4, 8);
        ring.consumer().submit(NOP, null, 1, null);
        InFlight record = Objects.requireNonNull(ring.producer().receive());
        ring.consumer().close();
        assertThat(ring.producer().drained()).isFalse();
        ring.producer().complete(record, 0, 0);
        assertThat(ring.producer().drained()).isTrue();
        assertThat(ring.state()).isEqualTo(RingState.CLOSED);
    }

    @Test
    void countsWrapAroundWithoutLosingAnything() {
        Ring ring = ring(4, 8);
        for (long i = 0; i < 100_000; i++) {
            ring.consumer().submit(NOP, null, i, null);
            ring.producer().complete(Objects.requireNonNull(ring.producer().receive()), i, 0);
            assertThat(Objects.requireNonNull(reap(ring)).status()).isEqualTo(i);
        }
    }

    @Test
    void randomTrafficAnswersEachSubmissionOnce() {
        long seed = Long.getLong("SEED", System.nanoTime());
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        Ring ring = ring(8, 32);
        Set<Long> open = new HashSet<>();
        java.util.List<InFlight> received = new java.util.ArrayList<>();
        long next = 0;
        for (int step = 0; step < 200_000; step++) {
            switch (random.nextInt(3)) {
                case 0 -> {
                    if (ring.consumer().submit(NOP, null, next, null)) {
                        open.add(next++);
                    }
                }
                case 1 -> {
                    InFlight record = ring.producer().receive();
                    if (record != null) {
                        received.add(record);
                    }
                    if (!received.isEmpty()) {
                        ring.producer().complete(received.remove(random.nextInt(received.size())), 0, 0);
                    }
                }
                default -> {
                    Done done = reap(ring);
                    if (done != null) {
                        assertThat(open.remove(done.userData()))
                                .as("seed %d step %d", seed, step)
                                .isTrue();
                    }
                }
            }
        }
        assertThat(ring.state()).as("seed %d", seed).isEqualTo(RingState.OPEN);
    }

    @Test
    void randomBytesFromAHostilePeerBreakOnlyTheirOwnRing() {
        long seed = Long.getLong("SEED", System.nanoTime());
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int round = 0; round < 20_000; round++) {
            Ring ring = ring(4, 8);
            MemorySegment memory = ring.memory();
            ring.consumer().submit(NOP, null, 1, null);
            long[] places = {RingLayout.SQ_HEAD, RingLayout.CQ_HEAD, RingLayout.STATUS};
            for (int i = 0; i < 3; i++) {
                long at = random.nextBoolean()
                        ? places[random.nextInt(places.length)]
                        : RingLayout.ENTRIES + 4L * random.nextLong((memory.byteSize() - RingLayout.ENTRIES) / 4);
                memory.set(ValueLayout.JAVA_INT, at, random.nextInt());
            }
            for (int turn = 0; turn < 8; turn++) {
                InFlight record = ring.producer().receive();
                if (record != null) {
                    ring.producer().complete(record, 0, 0);
                }
                reap(ring);
                ring.consumer().submit(NOP, null, turn, null);
            }
            assertThat(ring.consumer().inFlight())
                    .as("seed %d round %d", seed, round)
                    .isBetween(0, 4);
            if (ring.state() == RingState.BROKEN) {
                ring.producer().abandon();
                while (reap(ring) != null) {
                    // every record ends
                }
                assertThat(ring.consumer().inFlight())
                        .as("seed %d round %d", seed, round)
                        .isZero();
            }
        }
    }
}
