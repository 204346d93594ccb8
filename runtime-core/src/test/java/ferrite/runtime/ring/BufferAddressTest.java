package ferrite.runtime.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ferrite.buffer.AddressSpace;
import ferrite.buffer.PoolParameters;
import ferrite.buffer.PoolView;
import ferrite.buffer.RegionSource;
import ferrite.buffer.SharedBufferPool;
import ferrite.buffer.ViewArena;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.RingState;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// An asker that writes another address or length into its entry than those of the buffer it submitted.
class BufferAddressTest {
    private static final int BYTES = 64;

    /// Record 0 in its first use, EFAULT (−14), the phase bit of the first lap, nothing else.
    private static final String REFUSAL =
            "0000000001000000" + "f2ffffffffffffff" + "0000000000000080" + "0000000000000000";

    /// What there is in the address space.
    ///
    /// @param own the submitted buffer
    /// @param anothers live, in another context's pool
    /// @param closed address of a slice that was closed
    /// @param free address in the asker's own region of what nobody has
    record Around(BufferSlice own, BufferSlice anothers, long closed, long free) {}

    private final AddressSpace addresses = new AddressSpace();
    private final SharedBufferPool pool = pool("asker");
    private final SharedBufferPool anothersPool = pool("another");
    private final RingRig rig = new RingRig(8, 32);

    private SharedBufferPool pool(String name) {
        return new SharedBufferPool(
                name, new PoolParameters(0, 1 << 20, 1 << 20, false), RegionSource.heapless(addresses));
    }

    @AfterEach
    void freeTheMemory() {
        pool.closeForced();
        anothersPool.closeForced();
    }

    private Around around() {
        PoolView mine = new PoolView(pool, new ViewArena("asker"));
        BufferSlice own = mine.acquire(BYTES, BYTES);
        BufferSlice gone = mine.acquire(BYTES, BYTES);
        long closed = gone.address();
        gone.close();
        BufferSlice anothers = new PoolView(anothersPool, new ViewArena("another")).acquire(BYTES, BYTES);
        return new Around(own, anothers, closed, own.address() + (1 << 19));
    }

    private static Arguments word(String what, long at, ToLongFunction<Around> value) {
        return arguments(what, at, value);
    }

    static List<Arguments> words() {
        long address = RingLayout.SQE_ADDRESS;
        long length = RingLayout.SQE_LENGTH;
        return List.of(
                word("one byte further", address, around -> around.own.address() + 1),
                word("one byte before", address, around -> around.own.address() - 1),
                word("its own end", address, around -> around.own.address() + BYTES),
                word("another context's live slice", address, around -> around.anothers.address()),
                word("a closed slice", address, Around::closed),
                word("free memory of its own region", address, Around::free),
                word("no address", address, _ -> 0),
                word("address -1", address, _ -> -1),
                word("highest address", address, _ -> Long.MAX_VALUE),
                word("lowest address", address, _ -> Long.MIN_VALUE),
                word("one byte longer", length, around -> around.own.length() + 1),
                word("one byte shorter", length, around -> around.own.length() - 1),
                word("no bytes", length, _ -> 0),
                word("length -1", length, _ -> -1),
                word("longest", length, _ -> Long.MAX_VALUE),
                word("most negative", length, _ -> Long.MIN_VALUE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("words")
    void everyOtherWordGetsTheSameRefusal(String what, long at, ToLongFunction<Around> value) {
        Around around = around();

        submitWith(around, at, value);

        assertThat(rig.serve()).as("what the server receives").isEmpty();
        assertThat(firstCompletion()).as(what).isEqualTo(REFUSAL);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("words")
    void refusalKeepsNothingAndTouchesNobody(String what, long at, ToLongFunction<Around> value) {
        Around around = around();
        around.own.segment().fill((byte) 0x11);
        around.anothers.segment().fill((byte) 0x22);

        submitWith(around, at, value);
        rig.serve();
        assertThat(rig.reaped()).as(what).isEqualTo("1=EFAULT");

        assertThat(rig.ring.state()).isEqualTo(RingState.OPEN);
        assertThat(pool.guards()).isEmpty();
        assertThat(anothersPool.guards()).isEmpty();
        assertThat(around.own.segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly(0x11);
        assertThat(around.anothers.segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly(0x22);
        rig.submit(RingRig.work(), around.own, 2);
        assertThat(rig.serve()).as("the next one, which is true").containsExactly(2L);
    }

    /// The first entry of a new ring.
    private void submitWith(Around around, long at, ToLongFunction<Around> value) {
        assertThat(rig.submit(RingRig.work(), around.own, 1)).isTrue();
        rig.ring.memory().set(ValueLayout.JAVA_LONG, RingLayout.ENTRIES + at, value.applyAsLong(around));
    }

    private String firstCompletion() {
        MemorySegment entry =
                rig.ring.memory().asSlice(RingLayout.completions(rig.ring.parameters()), CompletionQueueEntry.BYTES);
        return HexFormat.of().formatHex(entry.toArray(ValueLayout.JAVA_BYTE));
    }
}
