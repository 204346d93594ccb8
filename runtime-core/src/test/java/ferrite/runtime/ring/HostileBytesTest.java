package ferrite.runtime.ring;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingState;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/// A peer that writes anything anywhere into the memory of a ring. `-Drounds=…` for more of them.
class HostileBytesTest {
    private static final int ROUNDS = Integer.getInteger("rounds", 1_000_000);
    private static final int STEPS = 24;
    private static final int BUFFERS = 4;
    private static final int BUFFER_BYTES = 64;

    private final long seed = Long.getLong("SEED", System.nanoTime());
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(seed);

    /// A ring beside the hostile one.
    private final RingRig neighbour = new RingRig(4, 8);

    private final List<BufferSlice> buffers = new ArrayList<>();
    private long bytesBefore;
    private long broken;

    @Test
    void breakOnlyTheirOwnRingAndEndEveryRecord() {
        for (int i = 0; i < BUFFERS; i++) {
            buffers.add(neighbour.buffer(BUFFER_BYTES));
        }
        bytesBefore = neighbour.bytesInUse();
        for (int round = 0; round < ROUNDS; round++) {
            String at = "-DSEED=" + seed + " round " + round;
            try {
                round(at);
            } catch (RuntimeException thrown) {
                throw new AssertionError(at, thrown);
            }
            neighbourWorks(at, round);
        }
        buffers.forEach(BufferSlice::close);
        assertThat(neighbour.bytesInUse()).as("-DSEED=" + seed).isZero();
        assertThat(broken).as("rounds of %d that broke their ring", ROUNDS).isPositive();
    }

    private void round(String at) {
        RingRig rig = new RingRig(1 << random.nextInt(4), 16 << random.nextInt(2));
        BitSet ended = new BitSet();
        int submitted = 0;
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(6)) {
                case 0, 1 -> submitted += submit(rig, submitted) ? 1 : 0;
                case 2 -> rig.serve();
                case 3 -> answerOne(rig);
                case 4 -> reap(rig, ended, at);
                default -> scribble(rig.ring);
            }
            if (random.nextInt(16) == 0) {
                rig.ring.consumer().cancel(random.nextInt(submitted + 1));
                rig.told();
            }
        }
        if (rig.ring.state() == RingState.BROKEN) {
            broken++;
        }
        end(rig, ended, submitted, at);
    }

    private boolean submit(RingRig rig, int userData) {
        int opcode = random.nextInt(4) == 0 ? random.nextInt(32) : RingRig.WORK;
        int priority = random.nextInt(8) == 0 ? random.nextInt(3) : 0;
        SubmissionQueueEntry entry = new SubmissionQueueEntry(
                opcode, random.nextInt(3) == 0 ? random.nextInt(SqeFlags.MASK) : 0, priority, 0, 0, 0, 0, 0, 0, 0, 0);
        return random.nextInt(3) == 0
                ? rig.submit(entry, buffers.get(random.nextInt(BUFFERS)), userData)
                : rig.submit(entry, userData);
    }

    private void answerOne(RingRig rig) {
        List<InFlight> received = new ArrayList<>();
        rig.ring.producer().forEachReceived(received::add);
        if (received.isEmpty()) {
            return;
        }
        InFlight record = received.get(random.nextInt(received.size()));
        if (random.nextInt(4) == 0) {
            rig.ring.producer().post(record, 1, 0);
        } else {
            rig.ring.producer().complete(record, random.nextBoolean() ? 0 : Errno.EIO.status(), 0);
        }
    }

    private static void reap(RingRig rig, BitSet ended, String at) {
        for (RingRig.Done done = rig.reapOne(); done != null; done = rig.reapOne()) {
            if (done.terminal()) {
                assertThat(ended.get((int) done.userData()))
                        .as("%s: second end of request %d", at, done.userData())
                        .isFalse();
                ended.set((int) done.userData());
            }
        }
        rig.ring.consumer().unblocksEvents();
    }

    /// One word of the shared memory, with any bytes or with nearly sensible ones.
    private void scribble(Ring ring) {
        MemorySegment memory = ring.memory();
        long[] header = {RingLayout.VERSION, RingLayout.SQ_HEAD, RingLayout.CQ_HEAD, RingLayout.STATUS};
        long words = (memory.byteSize() - RingLayout.ENTRIES) / Long.BYTES;
        long at = random.nextInt(4) == 0
                ? header[random.nextInt(header.length)]
                : RingLayout.ENTRIES + Long.BYTES * random.nextLong(words);
        long value = switch (random.nextInt(5)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextInt(64);
            case 2 -> (long) random.nextInt(8) << 32 | random.nextInt(8);
            case 3 -> memory.get(ValueLayout.JAVA_LONG, at) ^ 1L << random.nextInt(64);
            default -> RingLayout.SQE_PHASE | Opcode.NOP.code() | RingLayout.CQE_PHASE;
        };
        memory.set(ValueLayout.JAVA_LONG, at, value);
    }

    /// Whatever has happened, both ends can close and then nothing is left.
    private void end(RingRig rig, BitSet ended, int submitted, String at) {
        if (random.nextInt(4) == 0) {
            rig.ring.consumer().close();
            finishServer(rig);
        } else {
            finishServer(rig);
            for (int turn = 0; turn < 3; turn++) {
                reap(rig, ended, at); // the first may only find out that the ring is broken
            }
            assertThat(rig.ring.consumer().inFlight()).as(at).isZero();
            rig.ring.consumer().close();
        }
        assertThat(rig.ring.state()).as(at).isIn(RingState.CLOSED, RingState.BROKEN);
        assertThat(rig.ring.consumer().inFlight()).as(at).isZero();
        assertThat(ended.cardinality()).as(at).isLessThanOrEqualTo(submitted);
        assertThat(neighbour.bytesInUse()).as(at).isEqualTo(bytesBefore);
    }

    private static void finishServer(RingRig rig) {
        rig.serve();
        rig.told();
        if (rig.ring.state() == RingState.BROKEN) {
            rig.ring.producer().abandon();
        } else {
            rig.ring.producer().close(Errno.ENODEV);
        }
    }

    private void neighbourWorks(String at, int round) {
        neighbour.submit(RingRig.work(), buffers.getFirst(), round);
        assertThat(neighbour.serve()).as(at).containsExactly((long) round);
        neighbour.answer(round, 1);
        assertThat(neighbour.reap()).as(at).hasSize(1);
        assertThat(neighbour.ring.state()).as(at).isEqualTo(RingState.OPEN);
    }
}
