package ferrite.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A ring straight to a scheme.
@Timeout(60)
class UserToUserRingTest implements RingConformance {
    @Override
    public RingSubject open() {
        return new SchemeRing(true);
    }

    @Test
    void timeoutIsTheSchemesOwnOperation() {
        try (RingSubject subject = open()) {
            SubmissionQueueEntry timeout =
                    SubmissionQueueEntry.of(Opcode.TIMEOUT).withOffset(1_000);
            assertThat(subject.ring().call(timeout).status()).isEqualTo(Errno.ENOSYS.status());
        }
    }

    @Test
    void linkTimeoutThatTheSchemeDoesNotHaveLimitsNothing() {
        try (RingSubject subject = open();
                BufferSlice buffer = subject.pool().acquire(8, 8)) {
            List<CompletionQueueEntry> done = new ArrayList<>();
            subject.ring().submit(subject.staying().withFlags(SqeFlags.CHAIN).withUserData(1), buffer);
            subject.ring().submit(SubmissionQueueEntry.of(Opcode.LINK_TIMEOUT).withOffset(1_000), 2);
            assertThat(subject.ring().enter(2, 0, TimeUnit.MILLISECONDS.toNanos(20)))
                    .isEqualTo(1);
            subject.ring().reap(done::add, 2);
            assertThat(done).containsExactly(new CompletionQueueEntry(2, Errno.ENOSYS.status(), 0, 0));
        }
    }

    @Test
    void linkTimeoutWithoutAChainIsInvalidHereToo() {
        try (RingSubject subject = open()) {
            SubmissionQueueEntry timeout =
                    SubmissionQueueEntry.of(Opcode.LINK_TIMEOUT).withOffset(1_000);
            assertThat(subject.ring().call(timeout).status()).isEqualTo(Errno.EINVAL.status());
        }
    }
}
