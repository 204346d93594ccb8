package ferrite.runtime.shell;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.runtime.Application;
import ferrite.runtime.Kernel;
import ferrite.runtime.KernelParameters;
import ferrite.runtime.PoolMemory;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.Guard;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class PoolsTest {
    private Kernel kernel;
    private Application app;

    @BeforeEach
    void boot() {
        kernel = Kernel.boot(KernelParameters.DEFAULT);
        app = kernel.openApplication("hangs-with-a-name-of-more-than-forty-characters");
    }

    @AfterEach
    void close() {
        app.close();
        kernel.close();
    }

    private List<String> pools() {
        return pools(kernel);
    }

    private static List<String> pools(Kernel kernel) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        new Pools(kernel).run(List.of(), new Command.Streams(print, print));
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private String sums() {
        return pools().get(1).replaceAll(" {2,}", "|");
    }

    private List<String> holders() {
        List<String> lines = pools();
        return lines.subList(lines.indexOf("") + 2, lines.size());
    }

    @Test
    void withoutHoldersThereAreOnlySums() {
        assertThat(pools()).hasSize(2);
        assertThat(sums()).endsWith("|0 B|0 B|0|0|0 B|0 B");
    }

    @Test
    void memoryThatAnotherProcessCanMapIsShownWithItsFile(@TempDir Path folder) {
        try (Kernel inFiles = Kernel.boot(KernelParameters.DEFAULT.withMemory(new PoolMemory.InFiles(folder)));
                Application one = inFiles.openApplication("one")) {
            one.pool().acquire(1, 1);

            List<String> lines = pools(inFiles);
            assertThat(lines.subList(2, 4)).containsExactly("", "POOL   PAGES  FILE");
            assertThat(lines.get(4)).matches("one#\\d  small  \\Q" + folder + "\\E/one#\\d");
        }
    }

    @Test
    void bytesOfAGuardThatNeverLetsGoAreCountedAndItsHolderIsNamed() {
        BufferSlice slice = app.pool().acquire(65_536, 64);
        Guard guard = slice.guard("a device that hangs");
        slice.close();

        assertThat(sums()).endsWith("|4.0 MiB|64.0 KiB|0|1|64.0 KiB|0 B");
        assertThat(holders())
                .singleElement()
                .asString()
                .contains("  64.0 KiB  ")
                .endsWith("  a device that hangs");

        guard.release();
        assertThat(sums()).endsWith("|4.0 MiB|0 B|0|0|0 B|0 B");
    }

    @Test
    void aRequestThatIsNeverAnsweredIsShownWithItsRingNumberAndAge() throws InterruptedException {
        long pipe = app.kernel().open(app.pool(), "pipe:", OpenFlags.RDWR);
        try (BufferSlice end = app.pool().acquire(5, 1);
                BufferSlice buffer = app.pool().acquire(4_096, 64)) {
            end.segment().copyFrom(MemorySegment.ofArray("write".getBytes(StandardCharsets.UTF_8)));
            app.kernel()
                    .call(SubmissionQueueEntry.of(Opcode.DUP).withFd(pipe), end)
                    .valueOrThrow("the other end keeps the read waiting");
            app.kernel().submit(SubmissionQueueEntry.of(Opcode.READ).withFd(pipe), buffer);
            app.kernel().enter(0);
            Thread.sleep(20);

            String row = holders().getFirst();
            assertThat(row).contains("  4.0 KiB  ").contains("  ring hangs-").contains("→ kernel, request ");
            Matcher age = Pattern.compile("^(\\d+) ms ").matcher(row);
            assertThat(age.find()).as(row).isTrue();
            assertThat(Long.parseLong(age.group(1))).isBetween(20L, 999L);
        }
    }

    @Test
    void twentyHoldersAreShownTheOldestFirstAndNoLineIsLongerThanAHundredCharacters() {
        List<Guard> guards = new ArrayList<>();
        try (BufferSlice slice = app.pool().acquire(64, 64)) {
            for (int i = 0; i < 23; i++) {
                guards.add(slice.guard("ring with-a-name-of-more-than-forty-characters#7 → disk.pci-00, request " + i));
            }
            List<String> rows = holders();
            assertThat(rows).hasSize(21);
            assertThat(rows.getFirst()).endsWith(", request 0");
            assertThat(rows.getLast()).isEqualTo("… and 3 more");
            assertThat(pools()).allMatch(line -> line.length() <= 100);
            guards.forEach(Guard::release);
        }
    }
}
