package ferrite.runtime.scheme;

import ferrite.runtime.context.FileDescription;
import ferrite.runtime.context.KernelCall;
import ferrite.runtime.context.KernelContext;
import ferrite.runtime.context.KernelRing;
import ferrite.runtime.ring.InFlight;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.MapFlags;
import ferrite.spi.ring.Opcode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// `Mmap` and `Munmap`. A mapping is a slice of the caller's pool, which the caller finds by its offset there.
///
/// `memory:` gives zeros. Any other file is copied: private, at the time of the call, zeros behind its end. There is no
/// page fault that could fetch bytes later or write them back, so a shared mapping of such a file is EOPNOTSUPP.
final class Mappings {
    private static final long PAGE_BYTES = 4_096;

    /// What each context has mapped, by shared address.
    private final Map<KernelContext, Map<Long, BufferSlice>> mapped = new ConcurrentHashMap<>();

    /// @return a negative status if the operation was refused; otherwise 0
    long map(KernelRing ring, InFlight record) {
        FileDescription file = ring.file(record);
        int flags = record.syscallFlags();
        boolean anonymous =
                file.target() instanceof KernelTarget(String _, MemoryScheme memory) && memory.isAnonymous(file.file());
        if (flags != 0 && flags != MapFlags.SHARED && flags != MapFlags.PRIVATE
                || record.length() <= 0
                || record.offset() < 0) {
            return Errno.EINVAL.status();
        }
        if (flags == MapFlags.SHARED && !anonymous) {
            return Errno.EOPNOTSUPP.status();
        }
        KernelContext context = ring.context();
        if (record.length() > context.grant().memoryBytes()) {
            return Errno.ENOMEM.status();
        }
        BufferSlice slice = Scratch.acquire(context, record.length(), PAGE_BYTES);
        slice.segment().fill((byte) 0);
        if (anonymous) {
            add(context, slice);
            ring.complete(record, record.generation(), slice.address(), slice.offset());
            return 0;
        }
        return new Copy(context, file, slice, record.offset()).begin(ring, record);
    }

    /// @return the status
    long unmap(KernelContext context, long address) {
        Map<Long, BufferSlice> ofContext = mapped.get(context);
        BufferSlice slice = ofContext == null ? null : ofContext.remove(address);
        if (slice == null) {
            return Errno.EINVAL.status();
        }
        try {
            slice.close();
            return 0;
        } catch (SchemeException closedByItsOwner) {
            return Errno.EINVAL.status();
        }
    }

    /// The context has ended, and its memory with it.
    void ended(KernelContext context) {
        mapped.remove(context);
    }

    private void add(KernelContext context, BufferSlice slice) {
        mapped.computeIfAbsent(context, _ -> new ConcurrentHashMap<>()).put(slice.address(), slice);
    }

    private final class Copy extends Sequence {
        private final FileDescription file;
        private final BufferSlice slice;
        private final long offset;
        private long copied;
        private boolean over;
        private long failure;

        Copy(KernelContext context, FileDescription file, BufferSlice slice, long offset) {
            super(context);
            this.file = file;
            this.slice = slice;
            this.offset = offset;
        }

        @Override
        @Nullable
        KernelCall next() {
            if (over || copied == slice.length()) {
                return null;
            }
            BufferSlice rest = slice.slice(copied, slice.length() - copied);
            return step(file.target(), Opcode.PREAD, file.file(), rest, offset + copied);
        }

        @Override
        void answered(long status) {
            over = status <= 0;
            failure = Math.min(status, 0);
            copied += Math.max(status, 0);
        }

        @Override
        void end() {
            if (failure < 0) {
                Scratch.release(slice);
            } else {
                add(context(), slice);
            }
        }

        @Override
        long status() {
            return failure < 0 ? failure : slice.address();
        }

        @Override
        long extra() {
            return failure < 0 ? 0 : slice.offset();
        }
    }
}
