package ferrite.buffer;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;

/// Regions in a shared file, one behind the other.
final class MappedFile implements RegionSource {
    private final AddressSpace addresses;
    private final Path file;
    private final ReentrantLock lock = new ReentrantLock();

    MappedFile(AddressSpace addresses, Path file) {
        this.addresses = addresses;
        this.file = file;
    }

    @Override
    public Region create(long bytes) {
        return OffHeapMemory.region(
                addresses, addresses.reserve(bytes), arena -> OffHeapMemory.small(append(bytes, arena)));
    }

    private MemorySegment append(long bytes, Arena arena) throws IOException {
        lock.lock();
        try (FileChannel channel = FileChannel.open(file, CREATE, READ, WRITE)) {
            long start = Bits.roundUp(channel.size(), Region.PAGE_BYTES);
            return channel.map(MapMode.READ_WRITE, start, bytes, arena);
        } finally {
            lock.unlock();
        }
    }
}
