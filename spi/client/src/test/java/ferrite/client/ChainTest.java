package ferrite.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.SqeFlags;
import java.util.List;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // forgotten futures are what is tested
class ChainTest {
    /// Ends everything well and tells of it as a ring does.
    private static final FakeRing.Server SKIPS = (ring, sent) -> {
        if ((sent.entry().flags() & SqeFlags.SKIP_SUCCESS) != 0) {
            ring.skip(sent.tag());
        } else {
            ring.complete(sent.tag(), 0);
        }
    };

    @Test
    void allLinksButTheLastAreChained() {
        Rig rig = new Rig(FakeRing.OK);
        BufferSlice buffer = rig.slice(8);
        List<RequestFuture<Long>> results = rig.handle()
                .chain()
                .then(Entries.pwrite(1, 0), buffer)
                .thenHard(Entries.on(Opcode.FSYNC, 1))
                .then(Entries.on(Opcode.CLOSE, 1))
                .submit();
        rig.settle();
        assertThat(rig.ring.seen())
                .extracting(sent -> sent.entry().flags())
                .containsExactly(SqeFlags.CHAIN, SqeFlags.HARD_CHAIN, 0);
        assertThat(results).allMatch(RequestFuture::isDone);
    }

    @Test
    void aLinkTimeoutFollowsItsLink() {
        Rig rig = new Rig(FakeRing.OK);
        rig.handle().chain().then(Entries.nop()).within(500).submit();
        rig.settle();
        assertThat(rig.ring.seen())
                .extracting(FakeRing.Sent::opcode)
                .containsExactly(Opcode.NOP.code(), Opcode.LINK_TIMEOUT.code());
        assertThat(rig.ring.seenLast().entry().offset()).isEqualTo(500);
    }

    @Test
    void nothingComesBetweenTheLinksOfAChainThatIsLongerThanTheQueue() {
        Rig rig = new Rig(FakeRing.OK, new RingParameters(2, 8), 64);
        RequestFuture<Long> victim = rig.handle().timeout(1);
        Chain chain = rig.handle().chain();
        for (int i = 0; i < 10; i++) {
            chain.then(Entries.on(Opcode.FSYNC, i));
        }
        chain.submit();
        rig.handle().nop();
        victim.cancel(false);
        rig.settle();
        List<Integer> opcodes =
                rig.ring.seen().stream().map(FakeRing.Sent::opcode).toList();
        int first = opcodes.indexOf(Opcode.FSYNC.code());
        assertThat(opcodes.subList(first, first + 10)).containsOnly(Opcode.FSYNC.code());
    }

    @Test
    void cancellingAWaitingLinkDoesNotTakeItOutOfItsChain() {
        Rig rig = new Rig(FakeRing.OK, new RingParameters(1, 4), 64);
        RequestFuture<Long> before = rig.handle().nop();
        List<RequestFuture<Long>> links = rig.handle()
                .chain()
                .then(Entries.on(Opcode.FSYNC, 0))
                .then(Entries.on(Opcode.FSYNC, 1))
                .then(Entries.on(Opcode.FSYNC, 2))
                .submit();
        rig.reactor.execute(() -> links.get(1).cancel(false));
        rig.settle();
        assertThat(rig.ring.seen(Opcode.FSYNC)).hasSize(3);
        assertThat(links).allMatch(RequestFuture::isDone);
        assertThat(before).isDone();
    }

    @Test
    void aLinkThatCannotBeSentEndsTheChainOnTheRingToo() {
        Rig rig = new Rig(FakeRing.OK);
        BufferSlice closed = rig.slice(8);
        closed.close();
        List<RequestFuture<Long>> links = rig.handle()
                .chain()
                .then(Entries.on(Opcode.FSYNC, 0))
                .then(Entries.pwrite(1, 0), closed)
                .then(Entries.on(Opcode.FSYNC, 2))
                .submit();
        RequestFuture<Long> stranger = rig.handle().fsync(7);
        rig.settle();
        assertThat(links.get(0)).isCompletedWithValue(0L);
        assertThat(Rig.errnoOf(links.get(1))).isEqualTo(Errno.EFAULT);
        assertThat(Rig.errnoOf(links.get(2))).isEqualTo(Errno.ECANCELED);
        assertThat(stranger).isCompletedWithValue(0L);
        assertThat(rig.ring.seen())
                .as("a NOP ends the chain before the stranger")
                .extracting(FakeRing.Sent::opcode)
                .containsExactly(Opcode.FSYNC.code(), Opcode.NOP.code(), Opcode.FSYNC.code());
    }

    @Test
    void aHardLinkThatCannotBeSentEndsThoseAfterItToo() {
        Rig rig = new Rig(FakeRing.OK);
        BufferSlice closed = rig.slice(8);
        closed.close();
        List<RequestFuture<Long>> links = rig.handle()
                .chain()
                .thenHard(Entries.pwrite(1, 0), closed)
                .then(Entries.on(Opcode.FSYNC, 2))
                .submit();
        rig.settle();
        assertThat(Rig.errnoOf(links.get(0))).isEqualTo(Errno.EFAULT);
        assertThat(Rig.errnoOf(links.get(1))).isEqualTo(Errno.ECANCELED);
        assertThat(rig.ring.seen(Opcode.FSYNC)).isEmpty();
    }

    @Test
    void aChainThatFindsTooFewPlacesSendsNothing() {
        Rig rig = new Rig(FakeRing.OK, Rig.SMALL, 2);
        List<RequestFuture<Long>> links = rig.handle()
                .chain()
                .then(Entries.nop())
                .then(Entries.nop())
                .then(Entries.nop())
                .submit();
        rig.settle();
        assertThat(links).allMatch(link -> Rig.errnoOf(link) == Errno.EAGAIN);
        assertThat(rig.ring.seen()).isEmpty();
    }

    @Test
    void silentLinksSucceedWithTheNextThatIsTold() {
        Rig rig = new Rig(SKIPS);
        List<RequestFuture<Long>> links = silent(rig)
                .then(Entries.on(Opcode.FSYNC, 0))
                .then(Entries.on(Opcode.FSYNC, 1))
                .then(Entries.on(Opcode.FSYNC, 2))
                .submit();
        rig.settle();
        assertThat(rig.ring.seen())
                .extracting(sent -> sent.entry().flags())
                .containsExactly(SqeFlags.CHAIN | SqeFlags.SKIP_SUCCESS, SqeFlags.CHAIN | SqeFlags.SKIP_SUCCESS, 0);
        assertThat(links).allMatch(link -> link.join() == 0);
        assertThat(rig.meter().used()).isZero();
    }

    @Test
    void silentLinksAreOpenUntilOneThatIsToldHasEnded() {
        Rig rig = new Rig((ring, sent) -> {
            if ((sent.entry().flags() & SqeFlags.SKIP_SUCCESS) != 0) {
                ring.skip(sent.tag());
            }
        });
        List<RequestFuture<Long>> links = silent(rig)
                .then(Entries.on(Opcode.FSYNC, 0))
                .then(Entries.on(Opcode.FSYNC, 1))
                .submit();
        rig.settle();
        assertThat(links).noneMatch(RequestFuture::isDone);
        rig.ring.complete(rig.ring.seenLast().tag(), 5);
        rig.settle();
        assertThat(links).extracting(RequestFuture::join).containsExactly(0L, 5L);
    }

    @Test
    void silentLinkThatFailsIsTold() {
        Rig rig = new Rig((ring, sent) -> {
            switch ((int) sent.entry().fd()) {
                case 0 -> ring.skip(sent.tag());
                case 1 -> ring.complete(sent.tag(), Errno.EIO.status());
                default -> ring.complete(sent.tag(), Errno.ECANCELED.status());
            }
        });
        List<RequestFuture<Long>> links = silent(rig)
                .then(Entries.on(Opcode.FSYNC, 0))
                .then(Entries.on(Opcode.FSYNC, 1))
                .then(Entries.on(Opcode.FSYNC, 2))
                .then(Entries.on(Opcode.FSYNC, 3))
                .submit();
        rig.settle();
        assertThat(links.get(0)).as("the next one has run").isCompletedWithValue(0L);
        assertThat(Rig.errnoOf(links.get(1))).isEqualTo(Errno.EIO);
        assertThat(Rig.errnoOf(links.get(2))).isEqualTo(Errno.ECANCELED);
        assertThat(Rig.errnoOf(links.get(3))).isEqualTo(Errno.ECANCELED);
        assertThat(rig.meter().used()).isZero();
    }

    @Test
    void silentLinkWhoseSuccessNobodyCanTellEndsWithItsChain() {
        Rig rig = new Rig((ring, sent) -> {
            if (sent.entry().fd() == 0) {
                ring.skip(sent.tag());
            } else {
                ring.complete(sent.tag(), Errno.ECANCELED.status());
            }
        });
        List<RequestFuture<Long>> links = silent(rig)
                .then(Entries.on(Opcode.FSYNC, 0))
                .then(Entries.on(Opcode.FSYNC, 1))
                .submit();
        rig.settle();
        assertThat(links).allMatch(link -> Rig.errnoOf(link) == Errno.ECANCELED);
        assertThat(rig.meter().used()).isZero();
    }

    @Test
    void silentLinkBeforeOneThatCannotBeSentIsNotSaidToHaveSucceeded() {
        Rig rig = new Rig(FakeRing.SILENT);
        BufferSlice closed = rig.slice(8);
        closed.close();
        List<RequestFuture<Long>> links = silent(rig)
                .then(Entries.on(Opcode.FSYNC, 0))
                .then(Entries.pwrite(1, 0), closed)
                .submit();
        rig.settle();
        assertThat(Rig.errnoOf(links.get(0))).isEqualTo(Errno.ECANCELED);
        assertThat(Rig.errnoOf(links.get(1))).isEqualTo(Errno.EFAULT);
    }

    @Test
    void limitedAndLastLinksAreAlwaysTold() {
        Rig rig = new Rig(FakeRing.OK);
        silent(rig)
                .then(Entries.on(Opcode.FSYNC, 0))
                .then(Entries.on(Opcode.FSYNC, 1))
                .within(1_000)
                .then(Entries.on(Opcode.FSYNC, 2).withFlags(SqeFlags.SKIP_SUCCESS))
                .submit();
        rig.settle();
        assertThat(rig.ring.seen())
                .extracting(sent -> sent.entry().flags() & SqeFlags.SKIP_SUCCESS)
                .containsExactly(SqeFlags.SKIP_SUCCESS, 0, 0, 0);
    }

    @Test
    void silentChainThatIsLongerThanTheRingGoesOn() {
        Rig rig = new Rig(SKIPS, new RingParameters(2, 8), 64);
        Chain chain = silent(rig);
        for (int i = 0; i < 20; i++) {
            chain.then(Entries.on(Opcode.FSYNC, i));
        }
        List<RequestFuture<Long>> links = chain.submit();
        for (int turns = 0; turns < 20; turns++) {
            rig.reactor.poll(64);
        }
        assertThat(links).allMatch(RequestFuture::isDone);
    }

    @Test
    void oneRequestDoesNotTakeItsSuccessSilently() {
        Rig rig = new Rig(FakeRing.OK);
        RequestFuture<?> refused = rig.handle().call(Entries.nop().withFlags(SqeFlags.SKIP_SUCCESS));
        assertThat(Rig.errnoOf(refused)).isEqualTo(Errno.EINVAL);
    }

    @Test
    void anEmptyChainIsRefused() {
        Rig rig = new Rig(FakeRing.OK);
        assertThatThrownBy(() -> rig.handle().chain().submit()).isInstanceOf(IllegalStateException.class);
    }

    private static Chain silent(Rig rig) {
        return rig.handle().with(SubmissionContext.DEFAULT.withSkipSuccess()).chain();
    }
}
