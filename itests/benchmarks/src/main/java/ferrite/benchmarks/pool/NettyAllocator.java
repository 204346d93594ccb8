package ferrite.benchmarks.pool;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.PooledByteBufAllocator;

/// Netty's direct buffers. It knows no alignment beyond 16 bytes: a larger one is had by asking for more.
final class NettyAllocator implements Allocator {
    private static final int OWN_ALIGNMENT = 16;

    private final ByteBufAllocator allocator;

    private NettyAllocator(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /// Arenas with caches for every thread, as Netty's own threads have them.
    static NettyAllocator pooled() {
        return new NettyAllocator(new PooledByteBufAllocator(
                true,
                PooledByteBufAllocator.defaultNumHeapArena(),
                PooledByteBufAllocator.defaultNumDirectArena(),
                PooledByteBufAllocator.defaultPageSize(),
                PooledByteBufAllocator.defaultMaxOrder(),
                PooledByteBufAllocator.defaultSmallCacheSize(),
                PooledByteBufAllocator.defaultNormalCacheSize(),
                true));
    }

    /// The default of 4.2, with caches for every thread, which only Netty's own threads have otherwise.
    static NettyAllocator adaptive() {
        return new NettyAllocator(new AdaptiveByteBufAllocator(true, true));
    }

    /// The same on a thread that is not Netty's.
    static NettyAllocator adaptiveDefault() {
        return new NettyAllocator(new AdaptiveByteBufAllocator());
    }

    @Override
    public Slots slots(int count) {
        ByteBuf[] buffers = new ByteBuf[count];
        return new Slots() {
            @Override
            public long acquire(int slot, int bytes, int alignmentShift) {
                int gap = Math.max(OWN_ALIGNMENT, 1 << alignmentShift) - OWN_ALIGNMENT;
                ByteBuf buffer = allocator.directBuffer(bytes + gap, bytes + gap);
                buffers[slot] = buffer;
                return buffer.memoryAddress() + gap & -(1L << alignmentShift);
            }

            @Override
            public void release(int slot) {
                buffers[slot].release();
            }
        };
    }

    @Override
    public long reservedBytes() {
        return ((ByteBufAllocatorMetricProvider) allocator).metric().usedDirectMemory();
    }
}
