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
    void anEmptyChainIsRefused() {
        Rig rig = new Rig(FakeRing.OK);
        assertThatThrownBy(() -> rig.handle().chain().submit()).isInstanceOf(IllegalStateException.class);
    }
}
