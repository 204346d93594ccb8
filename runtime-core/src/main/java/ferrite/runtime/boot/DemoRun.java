package ferrite.runtime.boot;

import ferrite.runtime.Application;
import ferrite.runtime.SwapReport;
import ferrite.runtime.plugin.Deployment;
import ferrite.runtime.plugin.PluginBuild;
import ferrite.runtime.plugin.PluginCatalog;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What the demo does on a machine that has settled. Every step prints what it shows; what goes wrong is collected.
final class DemoRun {
    private static final List<String> SWAPPED = List.of("xhcid", "xhci-controller");
    private static final long CHUNK_BYTES = 256 << 10;
    private static final long WAIT_MILLIS = 60_000;

    private final RunningMachine machine;
    private final PrintStream out;
    private final List<String> problems = new ArrayList<>();

    DemoRun(RunningMachine machine, PrintStream out) {
        this.machine = machine;
        this.out = out;
    }

    /// What went wrong so far.
    List<String> problems() {
        return problems;
    }

    /// Everything, in order.
    ///
    /// @param reads to serve at least
    /// @param folder for the second builds
    void show(long reads, Path folder) throws IOException, InterruptedException {
        tree();
        List<String> disks = machine.kernel().schemeNames().stream()
                .filter(name -> name.startsWith("disk."))
                .toList();
        if (disks.size() != 1) {
            problems.add("expected one disk, found " + disks);
            return;
        }
        String path = disks.getFirst() + ":0";
        try (Application application = machine.kernel().openApplication("demo")) {
            ConsumerInstance ring = application.kernel();
            long fd = ring.open(application.pool(), path, OpenFlags.RDWR);
            rewrite(application, fd);
            swapUnderLoad(path, reads, folder);
            ring.call(SubmissionQueueEntry.of(Opcode.FSYNC).withFd(fd)).valueOrThrow("flush " + path);
            ring.closeFile(fd);
        } catch (SchemeException e) {
            problems.add(e.getMessage());
        }
    }

    private void tree() {
        out.println();
        Shell.open(machine).execute(List.of("lspci", "lsusb -t", "lsblk"));
        out.println();
    }

    private void rewrite(Application application, long fd) {
        long begin = System.nanoTime();
        boolean right = true;
        try (BufferSlice slice = application.pool().acquire(CHUNK_BYTES, 4096)) {
            for (long done = 0; done < DemoDisk.REWRITTEN_BYTES; done += CHUNK_BYTES) {
                long offset = DemoDisk.REWRITTEN_FROM + done;
                DemoDisk.fill(slice.segment(), offset, true);
                right &= application.kernel().pwrite(fd, slice, offset) == CHUNK_BYTES;
                slice.segment().fill((byte) 0);
                right &= application.kernel().pread(fd, slice, offset) == CHUNK_BYTES;
                right &= DemoDisk.isRight(slice.segment(), CHUNK_BYTES, offset);
            }
        }
        String verdict = right ? "all bytes right" : "WRONG";
        double millis = (System.nanoTime() - begin) / 1e6;
        out.println(String.format(
                Locale.ROOT,
                "written and read back: %d MiB in %.0f ms, %s",
                DemoDisk.REWRITTEN_BYTES >> 20,
                millis,
                verdict));
        if (!right) {
            problems.add("what was read back is not what was written");
        }
    }

    private void swapUnderLoad(String path, long reads, Path folder) throws IOException, InterruptedException {
        DemoReaders readers = DemoReaders.start(machine.kernel(), path);
        int swaps = 0;
        try (readers) {
            for (String plugin : SWAPPED) {
                swaps++;
                require(
                        readers.await(reads * swaps / (SWAPPED.size() + 1), WAIT_MILLIS),
                        "the readers make no progress");
                swap(plugin, folder);
            }
            require(readers.await(reads, WAIT_MILLIS), "the readers made no progress after the swaps");
        }
        out.println();
        out.println("  reads served   failed    wrong  longest pause    swaps");
        out.println(String.format(
                Locale.ROOT,
                "  %,12d %8d %8d %11.1f ms %8d",
                readers.served(),
                readers.failed(),
                readers.wrong(),
                readers.longestMillis(),
                swaps));
        out.println();
        require(readers.failed() == 0, readers.failed() + " reads failed");
        require(readers.wrong() == 0, readers.wrong() + " reads gave wrong bytes");
    }

    private void swap(String plugin, Path folder) throws IOException {
        PluginBuild incumbent = machine.part(PluginCatalog.class).newest(plugin).orElseThrow();
        Path second = SecondBuild.of(incumbent.layer().jar().file(), folder);
        try {
            for (SwapReport report : machine.part(Deployment.class).swap(plugin, second)) {
                PluginBuild successor =
                        machine.part(PluginCatalog.class).newest(plugin).orElseThrow();
                out.println(String.format(
                        Locale.ROOT,
                        "swapped %-16s %s -> %s: pause %.1f ms, %d requests waited, %d bytes of state",
                        plugin,
                        incumbent.version(),
                        successor.version(),
                        report.pause().toNanos() / 1e6,
                        report.heldRequests(),
                        report.stateBytes()));
            }
        } catch (RuntimeException e) {
            problems.add("swap of " + plugin + ": " + e.getMessage());
        }
    }

    private void require(boolean right, String otherwise) {
        if (!right) {
            problems.add(otherwise);
        }
    }
}
