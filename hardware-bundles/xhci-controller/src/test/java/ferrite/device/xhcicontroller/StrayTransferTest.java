package ferrite.device.xhcicontroller;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.hw.xhci.CompletionCode;
import ferrite.hw.xhci.EndpointState;
import ferrite.hw.xhci.OperationalRegisters;
import ferrite.hw.xhci.Trb;
import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// TRBs that name memory which the driver has not mapped, through the address map that the kernel gives a device.
final class StrayTransferTest {
    private static final int BYTES = 64;

    private final MappedMemory memory = new MappedMemory();
    private final DriverRing[] bulk = new DriverRing[2];
    private final ControllerRig rig = ControllerRig.configured(bulk, memory);
    private final DriverRing in = bulk[0];
    private final DriverRing out = bulk[1];
    private final long buffer = memory.allocate(4096);

    @AfterEach
    void freeTheMemory() {
        memory.close();
    }

    private BufferSlice slice(byte fill) {
        BufferSlice slice = memory.pool().acquire(4096, 4096);
        slice.segment().fill(fill);
        return slice;
    }

    /// An IN transfer to there fails, and is the only thing that does.
    private void assertFailsAlone(long address) {
        long trb = in.put(ControllerRig.normal(address, BYTES, 0));
        rig.doorbell(1, ControllerRig.BULK_IN);

        assertThat(rig.device().waiting()).as("packets that reached the device").isZero();
        assertThat(rig.events())
                .containsExactly(new Trb.TransferEvent(trb, BYTES, CompletionCode.DATA_BUFFER_ERROR, false, 1, 3));
        assertThat(rig.state(ControllerRig.BULK_IN)).isEqualTo(EndpointState.HALTED);
        assertThat(memory.strays()).containsExactly(new RigMemory.Stray(address, BYTES));
        assertThat(memory.faults()).isOne();
        assertThat(rig.operational(OperationalRegisters.USBSTS)
                        & (OperationalRegisters.USBSTS_HALTED | OperationalRegisters.USBSTS_SYSTEM_ERROR))
                .isZero();
    }

    @Test
    void aSliceOfTheDriverThatIsNotMappedIsNotTouched() {
        BufferSlice secret = slice((byte) 0x5A);
        assertFailsAlone(secret.address());
        assertThat(secret.segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly(0x5A);
    }

    @Test
    void aTransferThatBeginsInMappedMemoryAndLeavesItMovesNothing() {
        BufferSlice slice = slice((byte) 0x5A);
        memory.map().map(slice.slice(0, 1024), Access.READ_WRITE);
        assertFailsAlone(slice.address() + 1024 - BYTES + 1);
        assertThat(slice.segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly(0x5A);
    }

    @Test
    void memoryThatIsMappedForReadingIsNotWritten() {
        BufferSlice slice = slice((byte) 0x5A);
        memory.map().map(slice, Access.READ);
        assertFailsAlone(slice.address());
        assertThat(slice.segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly(0x5A);
    }

    @Test
    void memoryThatWasUnmappedIsGoneForTheNextTransfer() {
        BufferSlice slice = slice((byte) 0x5A);
        long address = memory.map().map(slice, Access.READ_WRITE);
        memory.map().unmap(address);
        assertFailsAlone(address);
        assertThat(slice.segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly(0x5A);
    }

    @Test
    void theNextTransfersWork() {
        assertFailsAlone(slice((byte) 0).address());

        long sent = out.put(ControllerRig.normal(buffer, 31, 0));
        rig.device().answer(31);
        rig.doorbell(1, ControllerRig.BULK_OUT);
        assertThat(rig.events()).containsExactly(new Trb.TransferEvent(sent, 0, CompletionCode.SUCCESS, false, 1, 4));

        rig.code(new Trb.ResetEndpoint(1, ControllerRig.BULK_IN, false));
        rig.code(new Trb.SetTrDequeuePointer(in.next(), true, 0, 0, 1, ControllerRig.BULK_IN));
        long received = in.put(ControllerRig.normal(buffer, 4, 0));
        rig.device().answer(4);
        rig.doorbell(1, ControllerRig.BULK_IN);
        assertThat(rig.events())
                .containsExactly(new Trb.TransferEvent(received, 0, CompletionCode.SUCCESS, false, 1, 3));
        assertThat(rig.bytes(buffer, 4)).containsExactly(1, 2, 3, 4);
    }
}
