package ferrite.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Threads that are in the middle of reading and writing when the memory is taken from them. A wrong address would end the
/// JVM, and this test with it.
@Timeout(60)
final class RevocationTest {
    private static final int BYTES = 1 << 16;
    private static final int THREADS = 2;

    /// A region that [OffHeapMemory] maps itself, so that its end unmaps it at once.
    private static final long REGION_BYTES = 64 * Pools.MIB;

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final SharedBufferPool pool = Pools.growing(REGION_BYTES, REGION_BYTES, REGION_BYTES);
    private final ViewArena stopping = new ViewArena("stopping");
    private final ViewArena lender = new ViewArena("lender");

    @AfterEach
    void end() {
        threads.shutdownNow();
        pool.closeForced();
    }

    /// One way to touch bytes.
    @FunctionalInterface
    interface Touch {
        void once();
    }

    /// What an instance may have kept.
    enum Kind {
        OWN_SLICE {
            @Override
            Touch of(RevocationTest test) {
                BufferSlice slice = test.ownSlice();
                return () -> writeAndRead(slice.segment());
            }
        },
        KEPT_SEGMENT {
            @Override
            Touch of(RevocationTest test) {
                MemorySegment kept = test.ownSlice().segment();
                return () -> writeAndRead(kept);
            }
        },
        BULK_COPY {
            @Override
            Touch of(RevocationTest test) {
                MemorySegment kept = test.ownSlice().segment();
                MemorySegment heap = MemorySegment.ofArray(new byte[BYTES]);
                return () -> {
                    kept.copyFrom(heap);
                    heap.copyFrom(kept);
                    kept.fill((byte) 1);
                };
            }
        },
        BYTE_BUFFER {
            @Override
            Touch of(RevocationTest test) {
                ByteBuffer kept = test.ownSlice().segment().asByteBuffer();
                byte[] heap = new byte[BYTES];
                return () -> {
                    kept.put(BYTES - 1, (byte) 2).get(0);
                    kept.duplicate().put(heap);
                    kept.duplicate().get(heap);
                };
            }
        },
        PART {
            @Override
            Touch of(RevocationTest test) {
                BufferSlice part = test.ownSlice().slice(64, BYTES - 64).restrict(Access.READ);
                return () -> part.segment().get(ValueLayout.JAVA_BYTE, BYTES - 65);
            }
        },
        LENT_SLICE {
            @Override
            Touch of(RevocationTest test) {
                BufferSlice lent = LentSlice.lend(test.othersSlice(), test.stopping, Access.READ_WRITE);
                return () -> writeAndRead(lent.segment());
            }
        },
        REQUEST_SLICE {
            @Override
            Touch of(RevocationTest test) {
                RequestSlice request = new RequestSlice(test.stopping);
                request.bind(test.othersSlice(), Access.READ_WRITE);
                return () -> writeAndRead(request.segment());
            }
        },
        DEVICE_SLICE {
            @Override
            Touch of(RevocationTest test) {
                DeviceAddressMap map = new DeviceAddressMap("device", (_, _, _) -> {});
                long address = map.map(test.othersSlice(), Access.READ_WRITE);
                BufferSlice reached = map.deviceMemory(test.stopping)
                        .at(address, BYTES, Access.READ_WRITE)
                        .orElseThrow();
                return () -> writeAndRead(reached.segment());
            }
        },
        CACHE_SEGMENT {
            @Override
            Touch of(RevocationTest test) {
                PoolCache cache = new PoolView(test.pool, test.stopping).cache();
                MemorySegment kept = cache.segment(cache.acquireHandle(BYTES, 64));
                return () -> writeAndRead(kept);
            }
        };

        /// What a thread of the instance does again and again.
        abstract Touch of(RevocationTest test);
    }

    private BufferSlice ownSlice() {
        return new PoolView(pool, stopping).acquire(BYTES, 64);
    }

    private BufferSlice othersSlice() {
        return new PoolView(pool, lender).acquire(BYTES, 64);
    }

    private static void writeAndRead(MemorySegment bytes) {
        for (int at = 0; at < BYTES; at += 512) {
            bytes.set(ValueLayout.JAVA_BYTE, at, bytes.get(ValueLayout.JAVA_BYTE, BYTES - 1 - at));
        }
    }

    /// Touches until it fails.
    private static RuntimeException untilItFails(Touch touch, CountDownLatch running) {
        try {
            touch.once();
            running.countDown();
            while (true) {
                touch.once();
            }
        } catch (IllegalStateException | SchemeException refused) {
            return refused;
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whoTouchesWhileTheInstanceStopsGetsAClearException(Kind kind) throws Exception {
        check(kind.of(this), () -> {
            stopping.close();
            return null;
        });
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whoTouchesWhileTheMemoryGoesGetsAClearException(Kind kind) throws Exception {
        check(kind.of(this), () -> {
            pool.closeForced();
            stopping.close();
            return null;
        });
    }

    private void check(Touch touch, Callable<Void> end) throws Exception {
        CountDownLatch running = new CountDownLatch(THREADS);
        List<Future<RuntimeException>> ends = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            ends.add(threads.submit(() -> untilItFails(touch, running)));
        }
        running.await();

        end.call();

        for (Future<RuntimeException> each : ends) {
            assertThat(each.get())
                    .satisfiesAnyOf(
                            revoked -> assertThat(revoked).isInstanceOf(IllegalStateException.class),
                            revoked -> assertThat(revoked)
                                    .isInstanceOfSatisfying(
                                            SchemeException.class,
                                            e -> assertThat(e.errno()).isEqualTo(Errno.EFAULT)));
        }
    }
}
