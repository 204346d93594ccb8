package ferrite.runtime;

import static ferrite.runtime.Caller.assertErrno;
import static ferrite.runtime.Caller.entry;
import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.Opcode;
import ferrite.spi.scheme.EventFlags;
import ferrite.spi.scheme.OpenFlags;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// `null:`, `zero:`, `rand:`, `debug:`, and what `sys:` counts.
@Timeout(60)
class DeviceFilesTest {
    private Kernel kernel;
    private Application application;
    private Caller app;

    @BeforeEach
    void boot() {
        kernel = Kernel.boot(KernelParameters.DEFAULT);
        application = kernel.openApplication("test");
        app = new Caller(application);
    }

    @AfterEach
    void close() {
        application.close();
        kernel.close();
    }

    @Test
    void nullTakesEverythingAndHasNothing() {
        long file = app.open("null:");
        assertThat(app.write(file, "anything")).isEqualTo(8);
        assertThat(app.read(file, 10)).isEmpty();
        assertErrno(Errno.ENOENT, () -> app.open("null:x"));
    }

    @Test
    void zeroIsFullOfZeros() {
        long file = app.open("zero:");
        assertThat(app.read(file, 5)).isEqualTo("\0\0\0\0\0");
        assertThat(app.write(file, "x")).isEqualTo(1);
    }

    @Test
    void randomBytesDifferAndAreSpread() {
        long file = app.open("rand:");
        int[] counts = new int[256];
        try (BufferSlice first = app.pool().acquire(65_536, 8);
                BufferSlice second = app.pool().acquire(65_536, 8)) {
            assertThat(app.kernel().pread(file, first, 0)).isEqualTo(65_536);
            assertThat(app.write(file, "mixed in")).isEqualTo(8);
            assertThat(app.kernel().pread(file, second, 0)).isEqualTo(65_536);
            assertThat(first.segment().mismatch(second.segment())).isNotNegative();
            for (byte each : first.segment().toArray(ValueLayout.JAVA_BYTE)) {
                counts[each & 0xFF]++;
            }
        }
        // Mean 256, standard deviation 16: outside of 8 deviations once in 10^12 runs.
        assertThat(Arrays.stream(counts).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(128, 384));
    }

    @Test
    void anOddNumberOfRandomBytesIsFilledToItsEnd() {
        long file = app.open("rand:");
        boolean filled = false;
        try (BufferSlice bytes = app.pool().acquire(13, 1)) {
            for (int i = 0; i < 20 && !filled; i++) {
                bytes.segment().fill((byte) 0);
                assertThat(app.kernel().pread(file, bytes, 0)).isEqualTo(13);
                filled = bytes.segment().get(ValueLayout.JAVA_BYTE, 12) != 0;
            }
        }
        assertThat(filled).isTrue();
    }

    @Test
    void streamsAreAlwaysReady() {
        long file = app.open("zero:");
        assertThat(app.status(entry(Opcode.FEVENT).withFd(file).withSyscallFlags(EventFlags.READ)))
                .isEqualTo(EventFlags.READ);
        assertThat(app.status(entry(Opcode.REGISTER_EVENTS).withFd(file).withSyscallFlags(EventFlags.WRITE)))
                .isEqualTo(EventFlags.WRITE);
        assertThat(app.status(entry(Opcode.REGISTER_EVENTS).withFd(file))).isEqualTo(Errno.EINVAL.status());
    }

    @Test
    void whatIsTypedIsReadFromTheConsole() {
        long console = app.open("debug:");
        try (BufferSlice buffer = app.pool().acquire(3, 1)) {
            app.kernel().submit(entry(Opcode.READ).withFd(console), buffer);
            assertThat(app.kernel().enter(0)).isZero();
            assertThat(kernel.type("hello".getBytes(StandardCharsets.UTF_8))).isEqualTo(5);
            assertThat(app.await(1)).extracting(CompletionQueueEntry::status).containsExactly(3L);
        }
        assertThat(app.status(entry(Opcode.FEVENT).withFd(console).withSyscallFlags(EventFlags.READ)))
                .isEqualTo(EventFlags.READ);
        assertThat(app.read(console, 10)).isEqualTo("lo");
    }

    @Test
    void aConsoleWithoutInputSaysTryAgainOrCanBeCancelled() {
        long console = app.open("debug:", OpenFlags.RDONLY | OpenFlags.NONBLOCK);
        assertErrno(Errno.EAGAIN, () -> app.read(console, 1));
        long waiting = app.open("debug:");
        try (BufferSlice buffer = app.pool().acquire(3, 1)) {
            app.kernel().submit(entry(Opcode.READ).withFd(waiting).withUserData(1), buffer);
            app.kernel().enter(0);
            app.status(entry(Opcode.CANCEL).withAdditional(1, 0));
            assertThat(app.await(1).getFirst().status()).isEqualTo(Errno.ECANCELED.status());
        }
        assertErrno(Errno.ENOENT, () -> app.open("debug:x"));
    }

    @Test
    void theConsoleKeepsALimitedInput() {
        assertThat(kernel.type(new byte[5_000])).isEqualTo(4_096);
        assertThat(kernel.type(new byte[1])).isZero();
    }

    @Test
    void wholeLinesGoToTheConsole() {
        List<String> lines = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                lines.add(record.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("ferrite.debug");
        logger.addHandler(handler);
        try {
            long console = app.open("debug:");
            app.write(console, "one\ntw");
            assertThat(lines).containsExactly("one");
            app.write(console, "o\nthree");
            app.kernel().closeFile(console);
        } finally {
            logger.removeHandler(handler);
        }
        assertThat(lines).containsExactly("one", "two", "three");
    }

    @Test
    void sysCountsSchemesAndLostInterrupts() {
        assertThat(app.text("sys:scheme_num").strip())
                .isEqualTo("" + app.text(":").lines().count());
        assertThat(app.text("sys:spurious_irq").strip()).isEqualTo("0");
        assertThat(app.text("sys:cpu")).startsWith("CPUs: ");
        assertThat(app.text("sys:").lines()).contains("block", "cpu", "exe", "iostat", "scheme_num", "spurious_irq");
    }
}
