package ferrite.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.runtime.context.KernelContext;
import ferrite.runtime.scheme.DeviceMaps;
import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.AllocationStrategy;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.DmaConstraints;
import ferrite.spi.context.Context;
import ferrite.spi.device.DeviceMemory;
import ferrite.spi.error.Errno;
import ferrite.spi.plugin.Layer;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Operation;
import ferrite.spi.scheme.Request;
import ferrite.spi.scheme.SchemeName;
import ferrite.spi.scheme.SchemeSocket;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What memory the contexts of a kernel are given, how long they keep it, and when they give it back.
@Timeout(60)
class PoolMemoryTest {
    private static final long FOUR_GIB = 1L << 32;
    private static final long MIB = 1L << 20;
    private static final String BUS_ADDRESS = "0000:00:04.0";

    private Kernel kernel;

    @BeforeEach
    void boot() {
        kernel = Kernel.boot(new KernelParameters("test", MIB, 256 * MIB, false));
    }

    @AfterEach
    void close() {
        kernel.close();
    }

    @Test
    void aPoolShrinksAfterALoad() {
        try (Application app = kernel.openApplication("load")) {
            List<BufferSlice> load = new ArrayList<>();
            for (int i = 0; i < 1_024; i++) {
                load.add(app.pool().acquire(64 << 10, 4_096));
            }
            assertThat(app.pool().capacity()).isGreaterThanOrEqualTo(64 * MIB);
            load.forEach(BufferSlice::close);
            assertThat(app.pool().capacity()).isLessThanOrEqualTo(4 * MIB);
        }
    }

    @Test
    void aLoadThatComesAndGoesInsideTheKeptRegionsMapsNothingAnew() {
        try (Application app = kernel.openApplication("load")) {
            app.pool().acquire(64 << 10, 4_096).close();
            long first;
            try (BufferSlice slice = app.pool().acquire(64 << 10, 4_096)) {
                first = slice.address();
            }
            try (BufferSlice slice = app.pool().acquire(64 << 10, 4_096)) {
                // an address from 4 GiB up is never given to a second region
                assertThat(slice.address()).isEqualTo(first);
            }
        }
    }

    @Test
    void aDriverGetsDmaMemoryBelow4GiBAndItsDeviceReachesItThere() {
        DeviceMemory[] reach = new DeviceMemory[1];
        kernel.launch(new LaunchSpec("device", "device", Layer.BRIDGE, Optional.of(BUS_ADDRESS)), (_, memory, _) -> {
            reach[0] = memory;
            return new ScriptPlugin(() -> {}, () -> 0);
        });
        ScriptPlugin.in(kernel, "driver", Layer.BUS_DRIVER, context -> {
            BufferSlice usual = context.pool().acquire(4_096, 4_096);
            assertThat(usual.address()).isGreaterThanOrEqualTo(FOUR_GIB);

            BufferSlice low = context.pool().acquireDma(65_536, 4_096, new DmaConstraints(true, 65_536));
            low.segment().set(ValueLayout.JAVA_BYTE, 65_535, (byte) 0x5A);
            long map = context.kernel().open(context.pool(), "memory:dma/" + BUS_ADDRESS, OpenFlags.RDWR);
            long deviceAddress = context.dmaMap(map).map(low, Access.READ);

            assertThat(deviceAddress + 65_536).isLessThanOrEqualTo(FOUR_GIB);
            assertThat(deviceAddress % 65_536).isZero();
            assertThat(reach[0].at(deviceAddress, 65_536, Access.READ))
                    .hasValueSatisfying(seen -> assertThat(seen.segment().get(ValueLayout.JAVA_BYTE, 65_535))
                            .isEqualTo((byte) 0x5A));
        });
    }

    @Test
    void aStrayAccessIsReportedWithDeviceAddressAndLengthAndOthersGoOn() {
        DeviceMemory[] reach = new DeviceMemory[1];
        kernel.launch(new LaunchSpec("device", "device", Layer.BRIDGE, Optional.of(BUS_ADDRESS)), (_, memory, _) -> {
            reach[0] = memory;
            return new ScriptPlugin(() -> {}, () -> 0);
        });
        List<String> reports = new CopyOnWriteArrayList<>();
        Logger log = Logger.getLogger(DeviceMaps.class.getName());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                reports.add(entry.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        log.addHandler(handler);
        try {
            ScriptPlugin.in(kernel, "driver", Layer.BUS_DRIVER, context -> {
                BufferSlice slice = context.pool().acquire(4_096, 4_096);
                BufferSlice secret = context.pool().acquire(4_096, 4_096);
                long map = context.kernel().open(context.pool(), "memory:dma/" + BUS_ADDRESS, OpenFlags.RDWR);
                long at = context.dmaMap(map).map(slice, Access.READ);

                assertThat(reach[0].at(secret.address(), 512, Access.WRITE)).isEmpty();

                assertThat(reports)
                        .singleElement()
                        .asString()
                        .contains("device " + BUS_ADDRESS)
                        .contains(" 512 bytes at 0x" + Long.toHexString(secret.address()) + ",");
                assertThat(reach[0].faults()).isOne();
                assertThat(reach[0].at(at, 512, Access.READ)).isPresent();
            });
        } finally {
            log.removeHandler(handler);
        }
    }

    /// Keeps what it is asked for, and does not care if it is asked back.
    private static final class Stubborn implements AsyncScheme {
        private @Nullable Request kept;
        private @Nullable MemorySegment bytes;

        @Override
        public void handle(Request request) {
            if (Operation.of(request) instanceof Operation.Read(long _, long _, BufferSlice into)) {
                kept = request;
                bytes = into.segment();
            } else {
                request.complete(1);
            }
        }

        @Override
        public void cancel(Request request) {
            // not yet
        }
    }

    private Stubborn stubborn() {
        Stubborn scheme = new Stubborn();
        SchemeSocket[] socket = new SchemeSocket[1];
        kernel.launch(
                new LaunchSpec("stubborn", "stubborn", Layer.CLASS_DRIVER, Optional.empty()),
                (context, _, _) -> new ScriptPlugin(
                        () -> socket[0] = context.serve(new SchemeName("stubborn")),
                        () -> socket[0].poll(Integer.MAX_VALUE, scheme)));
        return scheme;
    }

    @Test
    void bytesThatAServerStillHasOutliveTheContextOfWhoAsked() throws InterruptedException {
        Stubborn server = stubborn();
        Application app = kernel.openApplication("gone");
        long fd = app.kernel().open(app.pool(), "stubborn:", OpenFlags.RDONLY);
        BufferSlice buffer = app.pool().acquire(4_096, 64);
        app.kernel().submit(SubmissionQueueEntry.of(Opcode.PREAD).withFd(fd), buffer);
        app.kernel().enter(0);
        MemorySegment bytes = Objects.requireNonNull(server.bytes);

        app.close();

        bytes.fill((byte) 7);
        assertThat(bytes.get(ValueLayout.JAVA_BYTE, 4_095)).isEqualTo((byte) 7);
        Caller.assertErrno(Errno.EFAULT, buffer::segment);

        Objects.requireNonNull(server.kept).complete(4_096);
        awaitGone(bytes);
    }

    /// How a plug-in with a request in flight may end.
    enum End {
        STOPPED,
        FAILED
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void bytesThatAServerStillHasOutliveThePluginThatAsked(End end) throws InterruptedException {
        Stubborn server = stubborn();
        AtomicBoolean dies = new AtomicBoolean();
        PluginInstance asker = kernel.launch(
                new LaunchSpec("asker", "asker", Layer.APPLICATION, Optional.empty()),
                (context, _, _) -> new ScriptPlugin(() -> ask(context), () -> {
                    if (dies.get()) {
                        throw new IllegalStateException("dies on purpose");
                    }
                    return 0;
                }));
        MemorySegment bytes = Objects.requireNonNull(server.bytes);
        KernelContext context = asker.context();

        switch (end) {
            case STOPPED -> kernel.stop(asker);
            case FAILED -> {
                dies.set(true);
                context.wake();
            }
        }
        while (kernel.hasContext(context.id())) {
            Thread.sleep(1);
        }

        assertThat(context.pool().guardedBytes()).isEqualTo(4_096);
        bytes.fill((byte) 7);
        assertThat(bytes.get(ValueLayout.JAVA_BYTE, 4_095)).isEqualTo((byte) 7);
        Objects.requireNonNull(server.kept).complete(4_096);
        awaitGone(bytes);
        assertThat(context.pool().guardedBytes()).isZero();
    }

    private static void ask(Context context) {
        long fd = context.kernel().open(context.pool(), "stubborn:", OpenFlags.RDONLY);
        context.kernel()
                .submit(
                        SubmissionQueueEntry.of(Opcode.PREAD).withFd(fd),
                        context.pool().acquire(4_096, 64));
        context.kernel().enter(0);
    }

    @Test
    void aSliceThatIsClosedWithItsRequestInFlightStaysTakenUntilTheAnswer() {
        Stubborn server = stubborn();
        try (Application app = kernel.openApplication("drops")) {
            long fd = app.kernel().open(app.pool(), "stubborn:", OpenFlags.RDONLY);
            BufferSlice buffer = app.pool().acquire(4_096, 64);
            AllocationStrategy there = new AllocationStrategy.Fixed(buffer.offset());
            app.kernel().submit(SubmissionQueueEntry.of(Opcode.PREAD).withFd(fd).withUserData(17), buffer);
            app.kernel().enter(0);
            app.kernel().call(SubmissionQueueEntry.of(Opcode.CANCEL).withAdditional(17, 0));

            buffer.close();

            Caller.assertErrno(Errno.EADDRINUSE, () -> app.pool().acquire(4_096, 64, there));
            Objects.requireNonNull(server.kept).complete(4_096);
            app.kernel().enter(1);
            new Caller(app).reap();
            assertThat(app.pool().tryAcquire(4_096, 64, there)).isPresent();
        }
    }

    private static void awaitGone(MemorySegment bytes) throws InterruptedException {
        while (bytes.scope().isAlive()) {
            Thread.sleep(1);
        }
    }

    @Test
    void threadsThatTouchAPluginsBytesWhileItStopsGetAClearException() throws Exception {
        List<MemorySegment> bytes = new ArrayList<>();
        PluginInstance plugin = ScriptPlugin.in(kernel, "stops", Layer.BRIDGE, context -> {
            BufferSlice slice = context.pool().acquire(64 << 10, 64);
            bytes.add(slice.segment());
            bytes.add(slice.slice(512, 512).segment());
            bytes.add(slice.restrict(Access.READ).segment());
        });
        CountDownLatch running = new CountDownLatch(bytes.size());
        List<FutureTask<RuntimeException>> touching = bytes.stream()
                .map(each -> new FutureTask<>(() -> untilItFails(each.asByteBuffer(), each, running)))
                .toList();
        touching.forEach(Thread.ofPlatform()::start);
        running.await();

        kernel.stop(plugin);

        for (FutureTask<RuntimeException> each : touching) {
            assertThat(each.get()).isInstanceOf(IllegalStateException.class);
        }
    }

    private static RuntimeException untilItFails(ByteBuffer view, MemorySegment bytes, CountDownLatch running) {
        try {
            running.countDown();
            while (view.get(0) == bytes.get(ValueLayout.JAVA_BYTE, 0)) {
                Thread.onSpinWait();
            }
            throw new AssertionError("one byte, two values");
        } catch (IllegalStateException revoked) {
            return revoked;
        }
    }
}
