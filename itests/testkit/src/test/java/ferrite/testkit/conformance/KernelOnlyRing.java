package ferrite.testkit.conformance;

import ferrite.runtime.Application;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.IrqOperation;
import ferrite.spi.scheme.OpenFlags;
import ferrite.testkit.TestKernel;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/// A ring to the kernel whose requests are served by the kernel's own schemes.
final class KernelOnlyRing implements RingSubject {
    private static final RingParameters PARAMETERS = new RingParameters(8, 32);
    private static final long MESSAGE_ADDRESS = 0xFEE0_0000L;
    private static final long VECTOR = 52;

    private final TestKernel kernel = new TestKernel();
    private final Application other;
    private final ConsumerInstance ring;
    private final long file;
    private final long emptyPipe;
    private final long fullPipe;
    private final long interrupt;
    private final long messages;

    KernelOnlyRing() {
        other = kernel.kernel().openApplication("other");
        ring = kernel.application().openRing(PARAMETERS);
        file = open("sys:uname", OpenFlags.RDONLY);
        emptyPipe = open("pipe:", OpenFlags.RDONLY);
        writeEnd(emptyPipe);
        fullPipe = open("pipe:", OpenFlags.RDONLY);
        long writer = writeEnd(fullPipe);
        try (BufferSlice buffer = pool().acquire(4096, 64)) {
            buffer.segment().fill((byte) 0x5A);
            ring.pwrite(writer, buffer, 0);
        }
        interrupt = open("irq:cpu-00/20", OpenFlags.CREAT | OpenFlags.EXCL | OpenFlags.RDWR);
        messages = other.kernel().open(other.pool(), "irq:msi", OpenFlags.WRONLY);
    }

    private long open(String path, long flags) {
        return ring.open(pool(), path, flags);
    }

    private long writeEnd(long pipe) {
        byte[] name = "write".getBytes(StandardCharsets.UTF_8);
        try (BufferSlice buffer = pool().acquire(name.length, 1)) {
            buffer.segment().copyFrom(MemorySegment.ofArray(name));
            return ring.call(SubmissionQueueEntry.of(Opcode.DUP).withFd(pipe), buffer)
                    .valueOrThrow("dup");
        }
    }

    @Override
    public ConsumerInstance ring() {
        return ring;
    }

    @Override
    public int inFlightMax() {
        return PARAMETERS.inFlightMax();
    }

    @Override
    public BufferPool pool() {
        return kernel.application().pool();
    }

    @Override
    public SubmissionQueueEntry succeeding() {
        return SubmissionQueueEntry.of(Opcode.SEEK).withFd(file).withAdditional(1, 0);
    }

    @Override
    public SubmissionQueueEntry failing() {
        return SubmissionQueueEntry.of(Opcode.SEEK).withFd(file).withAdditional(9, 0);
    }

    @Override
    public SubmissionQueueEntry staying() {
        return SubmissionQueueEntry.of(Opcode.READ).withFd(emptyPipe);
    }

    @Override
    public SubmissionQueueEntry armed() {
        return ConformanceServer.watch(interrupt);
    }

    @Override
    public void fire() {
        other.kernel()
                .call(SubmissionQueueEntry.of(IrqOperation.SIGNAL)
                        .withFd(messages)
                        .withAdditional(MESSAGE_ADDRESS, VECTOR))
                .valueOrThrow("signal");
    }

    @Override
    public SubmissionQueueEntry reading() {
        return SubmissionQueueEntry.of(Opcode.READ).withFd(fullPipe);
    }

    @Override
    public boolean hasTimeouts() {
        return true;
    }

    @Override
    public boolean hasRegisteredFiles() {
        return true;
    }

    @Override
    public void close() {
        other.close();
        kernel.close();
    }
}
