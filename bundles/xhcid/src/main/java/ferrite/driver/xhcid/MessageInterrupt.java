package ferrite.driver.xhcid;

import ferrite.hw.pci.Capability;
import ferrite.hw.pci.CapabilityUpdate;
import ferrite.hw.pci.MsiMessage;
import ferrite.hw.pci.MsixTableEntry;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.context.Context;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.EventFlags;
import ferrite.spi.scheme.OpenFlags;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntFunction;

/// One interrupt of our own: a vector from `irq:`, programmed into MSI-X or MSI, watched on the kernel ring.
final class MessageInterrupt {
    /// User data of the subscription on the kernel ring.
    static final long TAG = 1;

    /// No interrupt: the driver looks at the event ring from time to time.
    static final long NONE = -1;

    private static final System.Logger LOG = System.getLogger(MessageInterrupt.class.getName());
    private static final String PROCESSOR = "irq:cpu-00";
    private static final int VECTOR_OFFSET = 32;
    private static final int LIST_BYTES_MAX = 4096;

    private MessageInterrupt() {}

    /// Takes a vector and lets the function signal it.
    ///
    /// @param bar opens a BAR of the function by its number
    /// @return the file of the interrupt, or [#NONE] if the function has neither MSI-X nor MSI
    static long enable(Context context, PciFunctionClient function, IntFunction<Registers> bar) {
        List<Capability> capabilities = function.capabilities();
        for (Capability capability : capabilities) {
            if (capability instanceof Capability.Msix msix && msix.tableBar() < 6) {
                Vector vector = take(context);
                program(function, bar.apply(msix.tableBar()), msix.tableOffset(), vector.message());
                return subscribe(context, vector);
            }
        }
        for (Capability capability : capabilities) {
            if (capability instanceof Capability.Msi) {
                Vector vector = take(context);
                int flags = CapabilityUpdate.Msi.ENABLED
                        | CapabilityUpdate.Msi.MULTIPLE_MESSAGE
                        | CapabilityUpdate.Msi.ADDRESS
                        | CapabilityUpdate.Msi.UPPER_ADDRESS
                        | CapabilityUpdate.Msi.DATA;
                function.set(new CapabilityUpdate.Msi(flags, true, 0, vector.message(), 0));
                return subscribe(context, vector);
            }
        }
        LOG.log(System.Logger.Level.WARNING, "xhci: the function has neither MSI-X nor MSI; polling its event ring");
        return NONE;
    }

    /// @param file of the taken interrupt
    private record Vector(long file, MsiMessage message) {}

    /// Masked as a whole while entry 0 is written (PCI 3.0 §6.8.2).
    private static void program(PciFunctionClient function, Registers table, long at, MsiMessage message) {
        int both = CapabilityUpdate.Msix.ENABLED | CapabilityUpdate.Msix.FUNCTION_MASK;
        function.set(new CapabilityUpdate.Msix(both, true, true));
        table.write32(at + MsixTableEntry.ADDRESS, (int) message.address());
        table.write32(at + MsixTableEntry.ADDRESS + Integer.BYTES, (int) (message.address() >>> Integer.SIZE));
        table.write32(at + MsixTableEntry.DATA, message.data());
        table.write32(at + MsixTableEntry.CONTROL, 0);
        // A read comes back after the writes: the entry is complete before it is unmasked.
        table.read32(at + MsixTableEntry.CONTROL);
        table.reap();
        function.set(new CapabilityUpdate.Msix(CapabilityUpdate.Msix.FUNCTION_MASK, true, false));
    }

    private static Vector take(Context context) {
        ConsumerInstance kernel = context.kernel();
        BufferPool pool = context.pool();
        for (String line : free(kernel, pool).lines().toList()) {
            try {
                int number = Integer.parseInt(line.strip());
                long file =
                        kernel.open(pool, PROCESSOR + '/' + number, OpenFlags.CREAT | OpenFlags.EXCL | OpenFlags.RDWR);
                return new Vector(file, MsiMessage.x86(0, number + VECTOR_OFFSET));
            } catch (NumberFormatException notANumber) {
                LOG.log(System.Logger.Level.WARNING, "xhci: {0} lists \"{1}\"", PROCESSOR, line);
            } catch (SchemeException taken) {
                if (taken.errno() != Errno.EEXIST) {
                    throw taken;
                }
            }
        }
        throw new SchemeException(Errno.EBUSY, "no interrupt is free at " + PROCESSOR);
    }

    private static String free(ConsumerInstance kernel, BufferPool pool) {
        long file = kernel.open(pool, PROCESSOR, OpenFlags.RDONLY | OpenFlags.DIRECTORY);
        try (BufferSlice slice = pool.acquire(LIST_BYTES_MAX, 1)) {
            long bytes = Math.min(kernel.pread(file, slice, 0), slice.length());
            byte[] text = slice.segment().asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE);
            return new String(text, StandardCharsets.US_ASCII);
        } finally {
            kernel.closeFile(file);
        }
    }

    private static long subscribe(Context context, Vector vector) {
        SubmissionQueueEntry entry = SubmissionQueueEntry.of(Opcode.REGISTER_EVENTS)
                .withFd(vector.file())
                .withSyscallFlags(EventFlags.READ)
                .withFlags(SqeFlags.SUBSCRIBE)
                .withUserData(TAG);
        if (!context.kernel().submit(entry)) {
            throw new SchemeException(Errno.EAGAIN, "the kernel ring is full");
        }
        return vector.file();
    }
}
