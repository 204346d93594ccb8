package ferrite.benchmarks.pool;

import java.util.function.Supplier;

/// The allocators that Java can call.
@SuppressWarnings("ImmutableEnumChecker") // its makers are
public enum PoolPeer {
    FERRITE("Ferrite", FerritePool::new),
    NETTY_POOLED("Netty PooledByteBufAllocator", NettyAllocator::pooled),
    NETTY_ADAPTIVE("Netty AdaptiveByteBufAllocator, thread caches", NettyAllocator::adaptive),
    NETTY_ADAPTIVE_DEFAULT("Netty AdaptiveByteBufAllocator, as it comes", NettyAllocator::adaptiveDefault),
    MIMALLOC("mimalloc from Java", NativeAllocator.Mimalloc::new),
    JEMALLOC("jemalloc from Java", NativeAllocator.Jemalloc::new),
    GLIBC("glibc malloc from Java", NativeAllocator.Glibc::new),
    CONFINED_ARENA("Arena.ofConfined", ConfinedArenas::new);

    private final String text;
    private final Supplier<Allocator> maker;

    PoolPeer(String text, Supplier<Allocator> maker) {
        this.text = text;
        this.maker = maker;
    }

    /// As it stands in the table.
    public String text() {
        return text;
    }

    /// Whether a target names it.
    boolean hasTarget() {
        return switch (this) {
            case FERRITE, NETTY_POOLED, NETTY_ADAPTIVE, NETTY_ADAPTIVE_DEFAULT -> true;
            case MIMALLOC, JEMALLOC, GLIBC, CONFINED_ARENA -> false;
        };
    }

    /// A new allocator.
    ///
    /// @throws UnsupportedOperationException if it is not on this machine
    Allocator open() {
        try {
            return maker.get();
        } catch (ExceptionInInitializerError failed) {
            if (failed.getCause() instanceof UnsupportedOperationException absent) {
                throw absent;
            }
            throw failed;
        }
    }
}
