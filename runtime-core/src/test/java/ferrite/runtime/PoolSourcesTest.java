package ferrite.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.buffer.DmaConstraints;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a kernel makes its contexts' memory of.
@Timeout(60)
final class PoolSourcesTest {
    @TempDir
    private Path folder;

    private static Kernel kernel(PoolMemory memory) {
        return Kernel.boot(new KernelParameters("test", 4L << 20, 64L << 20, true).withMemory(memory));
    }

    private static PoolSnapshot poolOf(Kernel kernel, String context) {
        return kernel.snapshot().pools().stream()
                .filter(pool -> pool.context().startsWith(context + '#'))
                .findFirst()
                .orElseThrow();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.sorted().toList();
        }
    }

    private static byte byteAt(Path file, long place) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.read(one, place);
        }
        return one.get(0);
    }

    @Test
    void anonymousMemoryIsTheDefault() {
        assertThat(KernelParameters.DEFAULT.memory()).isEqualTo(new PoolMemory.Anonymous());
        try (Kernel kernel = kernel(new PoolMemory.Anonymous());
                Application app = kernel.openApplication("app")) {
            BufferSlice slice = app.pool().acquire(64, 1);

            assertThat(slice.fileOffset()).isEmpty();
            assertThat(poolOf(kernel, "app").pages()).isEqualTo("small");
            assertThat(poolOf(kernel, "app").file()).isEmpty();
        }
    }

    @Test
    void hugePagesAreUsedIfTheMachineHasSome() throws IOException {
        Path transparent = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
        boolean has =
                Files.exists(transparent) && !Files.readString(transparent).contains("[never]");
        try (Kernel kernel = kernel(new PoolMemory.HugePages());
                Application app = kernel.openApplication("app")) {
            assertThat(poolOf(kernel, "app").pages()).isEqualTo("none");
            BufferSlice slice = app.pool().acquire(64, 1);
            slice.segment().set(ValueLayout.JAVA_BYTE, 63, (byte) 5);

            assertThat(slice.segment().get(ValueLayout.JAVA_BYTE, 63)).isEqualTo((byte) 5);
            assertThat(poolOf(kernel, "app").pages()).matches(has ? "huge|transparent_huge" : "huge|small");
        }
    }

    @Test
    void eachContextHasAFileOfItsOwnAndASliceSaysWhereInIt() throws IOException {
        try (Kernel kernel = kernel(new PoolMemory.InFiles(folder));
                Application one = kernel.openApplication("one");
                Application two = kernel.openApplication("two/../x")) {
            one.pool().acquire(4096, 1);
            BufferSlice slice = one.pool().acquire(64, 1);
            slice.segment().set(ValueLayout.JAVA_BYTE, 7, (byte) 77);
            two.pool().acquire(64, 1);
            Path file = poolOf(kernel, "one").file().orElseThrow();

            assertThat(byteAt(file, slice.fileOffset().orElseThrow() + 7)).isEqualTo((byte) 77);
            assertThat(files())
                    .extracting(each -> each.getFileName().toString())
                    .anyMatch(name -> name.startsWith("one#"))
                    .anyMatch(name -> name.startsWith("two_.._x#"))
                    .hasSize(2);
        }
    }

    @Test
    void theFileGoesWithTheContextAndWhatAnEarlierRunLeftIsReplaced() throws IOException {
        try (Kernel kernel = kernel(new PoolMemory.InFiles(folder))) {
            String file;
            try (Application app = kernel.openApplication("app")) {
                app.pool().acquire(64, 1);
                file = poolOf(kernel, "app").file().orElseThrow().getFileName().toString();
            }
            assertThat(files()).isEmpty();
            Files.write(folder.resolve(file), new byte[100]);
        }
        try (Kernel kernel = kernel(new PoolMemory.InFiles(folder));
                Application app = kernel.openApplication("app")) {
            assertThat(app.pool().acquire(64, 1).fileOffset()).hasValue(0);
            assertThat(files()).hasSize(1);
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void memoryBelow4GiBIsAnonymousAlways() {
        try (Kernel kernel = kernel(new PoolMemory.InFiles(folder));
                Application app = kernel.openApplication("app")) {
            BufferSlice low = app.pool().acquireDma(64, 1, new DmaConstraints(true, 0));

            assertThat(low.address()).isLessThan(1L << 32);
            assertThat(low.fileOffset()).isEmpty();
        }
    }

    @Test
    void anAlignmentOfAGiBDoesNotNeedAGiB() {
        try (Kernel kernel = kernel(new PoolMemory.Anonymous());
                Application app = kernel.openApplication("app")) {
            app.pool().acquire(1, 1);

            assertThat(app.pool().acquire(64, 1L << 30).address() % (1L << 30)).isZero();
            assertThat(app.pool().capacity()).isLessThanOrEqualTo(8L << 20);
        }
    }

    @Test
    void aFolderThatIsNotThereIsRefusedAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kernel(new PoolMemory.InFiles(folder.resolve("missing"))))
                .withMessageContaining("missing");
    }
}
