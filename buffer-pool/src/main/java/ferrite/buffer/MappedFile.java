package ferrite.buffer;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.locks.ReentrantLock;

/// Regions in a shared file. What a region leaves is zeroed and serves the next one.
final class MappedFile implements RegionSource {
    private static final System.Logger LOG = System.getLogger(MappedFile.class.getName());

    private final AddressSpace addresses;
    private final Path file;
    private final ReentrantLock lock = new ReentrantLock();
    private final boolean temporary;
    private FilePlaces places = new FilePlaces();
    private int regions;

    /// @param temporary whether the file goes with the last region
    MappedFile(AddressSpace addresses, Path file, boolean temporary) {
        this.addresses = addresses;
        this.file = file;
        this.temporary = temporary;
    }

    @Override
    public Region create(long bytes) {
        return create(bytes, AddressSpace.BASE_ALIGNMENT_BYTES);
    }

    @Override
    public Region create(long bytes, long alignment) {
        long base = addresses.reserve(bytes, alignment);
        lock.lock();
        try (FileChannel channel = open()) {
            long used = places.highest();
            long start = places.take(bytes, channel.size());
            regions++;
            FileRange range = new FileRange(file, start, bytes);
            return OffHeapMemory.region(base, arena -> map(channel, range, start < used, arena), () -> {
                addresses.release(base);
                giveBack(start, bytes);
            });
        } catch (IOException failure) {
            addresses.release(base);
            throw new SchemeException(Errno.ENOMEM, "no memory for a region: " + failure);
        } finally {
            lock.unlock();
        }
    }

    private FileChannel open() throws IOException {
        if (!temporary) {
            return FileChannel.open(file, CREATE, READ, WRITE);
        }
        if (regions == 0) {
            places = new FilePlaces();
            Files.deleteIfExists(file);
            Files.createFile(file, ownerOnly());
        }
        return FileChannel.open(file, READ, WRITE);
    }

    private static FileAttribute<?>[] ownerOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static SystemPages.Mapped map(FileChannel channel, FileRange range, boolean used, Arena arena)
            throws IOException {
        MemorySegment memory = channel.map(MapMode.READ_WRITE, range.offset(), range.length(), arena);
        if (used) {
            MappedBytes.fill(memory, (byte) 0);
        }
        return new SystemPages.Mapped(memory, PageKind.SMALL, range);
    }

    private void giveBack(long start, long bytes) {
        lock.lock();
        try {
            places.giveBack(start, bytes);
            regions--;
            if (temporary && regions == 0) {
                Files.deleteIfExists(file);
            }
        } catch (IOException stays) {
            LOG.log(Level.WARNING, "{0} is used no more and cannot be deleted: {1}", file, stays);
        } finally {
            lock.unlock();
        }
    }
}
