package ferrite.driver.xhcid;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferPool;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.DmaMap;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.MemorySegment;

/// Memory that driver and controller share, and the controller's map of it.
final class DmaMemory {
    /// Alignment of every structure: none of them may cross a page (xHCI 1.2 table 6-1).
    static final int PAGE_BYTES = 4096;

    /// A structure in shared memory.
    ///
    /// @param slice our bytes
    /// @param address where the controller finds them
    record Block(BufferSlice slice, long address) {
        MemorySegment segment() {
            return slice.segment();
        }
    }

    private final BufferPool pool;
    private final DmaMap map;

    DmaMemory(BufferPool pool, DmaMap map) {
        this.pool = pool;
        this.map = map;
    }

    BufferPool pool() {
        return pool;
    }

    /// Zeroed bytes at a page boundary that the controller may read and write.
    ///
    /// @throws SchemeException ENOMEM
    Block allocate(long bytes) {
        BufferSlice slice = pool.acquire(bytes, PAGE_BYTES);
        slice.segment().fill((byte) 0);
        long address = map.map(slice, Access.READ_WRITE);
        if ((address & PAGE_BYTES - 1) != 0) {
            map.unmap(address);
            slice.close();
            throw new SchemeException(
                    Errno.ENOMEM, "device address 0x" + Long.toHexString(address) + " is not at a page boundary");
        }
        return new Block(slice, address);
    }

    /// What a predecessor allocated; the mapping is still there.
    ///
    /// @throws SchemeException EINVAL if it is not
    Block reattach(long poolOffset, long address, long bytes) {
        BufferSlice slice = pool.reattach(poolOffset);
        if (slice.length() < bytes || (address & PAGE_BYTES - 1) != 0) {
            throw new SchemeException(
                    Errno.EINVAL, "slice of " + slice.length() + " bytes < " + bytes + " at device address " + address);
        }
        return new Block(slice, address);
    }

    void release(Block block) {
        map.unmap(block.address());
        block.slice().close();
    }

    /// Lets the controller touch a client's bytes for one transfer.
    ///
    /// @throws SchemeException EACCES if the client lent them with less access
    long map(BufferSlice data, boolean deviceWrites) {
        return map.map(data, deviceWrites ? Access.WRITE : Access.READ);
    }

    void unmap(long address) {
        map.unmap(address);
    }
}
