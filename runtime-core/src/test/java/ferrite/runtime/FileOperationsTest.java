package ferrite.runtime;

import static ferrite.runtime.Caller.assertErrno;
import static ferrite.runtime.Caller.entry;
import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.buffer.Access;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.plugin.Layer;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.IoVector;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.EventFlags;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.StatVfs;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Operations that the kernel makes of several calls, or passes on.
@Timeout(60)
class FileOperationsTest {
    private static final int VECTOR_BYTES = 32;

    private Kernel kernel;
    private Application application;
    private Caller app;
    private FolderPlugin folder;

    @BeforeEach
    void boot() {
        kernel = Kernel.boot(new KernelParameters("test", 1L << 20, 256L << 20, true));
        application = kernel.openApplication("test");
        app = new Caller(application);
        folder = FolderPlugin.launch(kernel, "folder", Layer.BRIDGE);
    }

    @AfterEach
    void close() {
        application.close();
        kernel.close();
    }

    @Test
    void aVectorIsReadPartByPartAndItsSumIsTheStatus() {
        folder.put("a", "hello world");
        long file = app.open("folder:a");
        try (BufferSlice buffer = vector(32, 5, 40, 6)) {
            assertThat(app.status(vectored(Opcode.READV, file), buffer)).isEqualTo(11);
            assertThat(text(buffer, 32, 5)).isEqualTo("hello");
            assertThat(text(buffer, 40, 6)).isEqualTo(" world");
        }
        assertThat(app.read(file, 10)).isEmpty();
        assertThat(folder.asked).containsExactly("Open", "Read", "Read", "Read");
    }

    @Test
    void aVectorIsWrittenAtItsOffset() {
        folder.put("a", "0123456789");
        long file = app.open("folder:a");
        try (BufferSlice buffer = vector(32, 2, 34, 3)) {
            buffer.segment().asSlice(32, 5).copyFrom(MemorySegment.ofArray("abcde".getBytes(StandardCharsets.UTF_8)));
            assertThat(app.status(vectored(Opcode.PWRITEV, file).withOffset(4), buffer))
                    .isEqualTo(5);
        }
        assertThat(folder.get("a")).isEqualTo("0123abcde9");
        assertThat(app.read(file, 2)).isEqualTo("01");
    }

    @Test
    void aVectorStopsAtTheFirstShortPart() {
        folder.put("a", "hello world");
        folder.most = 3;
        long file = app.open("folder:a");
        try (BufferSlice buffer = vector(32, 5, 40, 6)) {
            assertThat(app.status(vectored(Opcode.PREADV, file), buffer)).isEqualTo(3);
        }
        assertThat(folder.asked).containsExactly("Open", "Read");
    }

    @Test
    void aThousandPartsThatAreAnsweredAtOnceDoNotNest() {
        long zero = app.open("zero:");
        int parts = IoVector.PARTS_MAX;
        try (BufferSlice buffer = app.pool().acquire(parts * IoVector.BYTES + parts, 8)) {
            for (int i = 0; i < parts; i++) {
                IoVector.encode(buffer.segment(), i, parts * IoVector.BYTES + i, 1);
            }
            assertThat(app.status(entry(Opcode.READV).withFd(zero).withAdditional(parts, 0), buffer))
                    .isEqualTo(parts);
        }
    }

    @Test
    void aVectorOutsideOfItsBufferIsABadAddress() {
        folder.put("a", "hello");
        long file = app.open("folder:a");
        try (BufferSlice buffer = vector(32, 5, 60, 6)) {
            assertThat(app.status(vectored(Opcode.READV, file), buffer)).isEqualTo(Errno.EFAULT.status());
        }
        try (BufferSlice buffer = vector(32, 5, -1, 6)) {
            assertThat(app.status(vectored(Opcode.READV, file), buffer)).isEqualTo(Errno.EFAULT.status());
            assertThat(app.status(vectored(Opcode.READV, file).withAdditional(0, 0), buffer))
                    .isEqualTo(Errno.EINVAL.status());
            assertThat(app.status(vectored(Opcode.READV, file).withAdditional(5, 0), buffer))
                    .isEqualTo(Errno.EFAULT.status());
        }
        assertThat(app.status(vectored(Opcode.READV, file))).isEqualTo(Errno.EFAULT.status());
        assertThat(folder.asked).containsExactly("Open");
    }

    @Test
    void aVectorThatWaitsCanBeCancelled() {
        folder.put("a", "hello world");
        long file = app.open("folder:a");
        folder.holdsReads = true;
        try (BufferSlice buffer = vector(32, 5, 40, 6)) {
            app.kernel().submit(vectored(Opcode.READV, file).withUserData(7), buffer);
            app.kernel().enter(0);
            assertThat(app.status(entry(Opcode.CANCEL).withAdditional(7, 0))).isZero();
            assertThat(app.await(1).getFirst().status()).isEqualTo(Errno.ECANCELED.status());
        }
    }

    @Test
    void openAtOpensBelowItsDirectory() {
        folder.put("sub/", "");
        folder.put("sub/a", "below");
        long directory = app.open("folder:sub/");
        long file = app.status(entry(Opcode.OPEN_AT).withFd(directory).withOffset(OpenFlags.RDONLY), "./x/../a");
        assertThat(app.read(file, 10)).isEqualTo("below");
    }

    @Test
    void openAtDoesNotLeaveItsDirectory() {
        folder.put("sub/", "");
        folder.put("a", "outside");
        SubmissionQueueEntry openAt = entry(Opcode.OPEN_AT).withFd(app.open("folder:sub/"));
        assertThat(app.status(openAt, "../a")).isEqualTo(Errno.EACCES.status());
        assertThat(app.status(openAt, "/a")).isEqualTo(Errno.EINVAL.status());
        assertThat(app.status(openAt, "a")).isEqualTo(Errno.ENOENT.status());
        assertThat(app.status(openAt)).isEqualTo(Errno.EFAULT.status());
    }

    @Test
    void openAtNeedsADirectory() {
        folder.put("a", "file");
        long file = app.open("folder:a");
        assertThat(app.status(entry(Opcode.OPEN_AT).withFd(file), "b")).isEqualTo(Errno.ENOTDIR.status());
        assertThat(app.status(entry(Opcode.OPEN_AT).withFd(77), "b")).isEqualTo(Errno.EBADF.status());
    }

    @Test
    void closeRangeClosesEveryDescriptorInIt() {
        folder.put("a", "");
        long first = app.open("folder:a");
        app.open("folder:a");
        app.open("folder:a");
        long last = app.open("folder:a");
        SubmissionQueueEntry range = entry(Opcode.CLOSE_RANGE).withFd(first + 1);
        assertThat(app.status(withLength(range, 2))).isEqualTo(2);
        assertThat(folder.openFiles()).isEqualTo(2);
        assertThat(app.read(last, 1)).isEmpty();
        assertErrno(Errno.EBADF, () -> app.read(first + 1, 1));
        assertThat(app.status(withLength(range, 2))).isZero();
    }

    @Test
    void closeRangeOfNonsenseIsInvalid() {
        assertThat(app.status(withLength(entry(Opcode.CLOSE_RANGE).withFd(-1), 2)))
                .isEqualTo(Errno.EINVAL.status());
        assertThat(app.status(withLength(entry(Opcode.CLOSE_RANGE), -1))).isEqualTo(Errno.EINVAL.status());
        assertThat(app.status(withLength(entry(Opcode.CLOSE_RANGE).withFd(Long.MAX_VALUE), Long.MAX_VALUE)))
                .isZero();
    }

    @Test
    void directoryEntriesComeWholeAndAllOfThem() {
        for (int i = 0; i < 20; i++) {
            folder.put("name" + i, "");
        }
        long directory = app.open("folder:");
        StringBuilder all = new StringBuilder();
        long cursor = 0;
        try (BufferSlice buffer = app.pool().acquire(17, 1)) {
            while (true) {
                CompletionQueueEntry some = app.kernel()
                        .call(entry(Opcode.GETDENTS).withFd(directory).withOffset(cursor), buffer);
                if (some.status() == 0) {
                    break;
                }
                String names = text(buffer, 0, (int) some.status());
                assertThat(names).endsWith("\n");
                all.append(names);
                cursor = some.extra();
            }
        }
        assertThat(all.toString().lines()).hasSize(20).containsExactlyElementsOf(folder.files.keySet());
    }

    @Test
    void directoryEntriesOfAFileOrIntoTooLittleAreErrors() {
        folder.put("a-long-name", "");
        long file = app.open("folder:a-long-name");
        long directory = app.open("folder:");
        try (BufferSlice buffer = app.pool().acquire(4, 1)) {
            assertThat(app.status(entry(Opcode.GETDENTS).withFd(file), buffer)).isEqualTo(Errno.ENOTDIR.status());
            assertThat(app.status(entry(Opcode.GETDENTS).withFd(directory), buffer))
                    .isEqualTo(Errno.EINVAL.status());
            assertThat(app.status(entry(Opcode.GETDENTS).withFd(directory).withOffset(-1), buffer))
                    .isEqualTo(Errno.EINVAL.status());
            assertThat(app.status(entry(Opcode.GETDENTS).withFd(directory), buffer.restrict(Access.WRITE)))
                    .isEqualTo(Errno.EACCES.status());
        }
        assertThat(app.status(entry(Opcode.GETDENTS).withFd(directory))).isEqualTo(Errno.EFAULT.status());
    }

    @Test
    void aMappedFileIsACopyWithZerosBehindItsEnd() {
        folder.put("a", "0123456789");
        folder.most = 4;
        long file = app.open("folder:a");
        CompletionQueueEntry mapped =
                app.kernel().call(withLength(entry(Opcode.MMAP).withFd(file).withOffset(2), 12));
        BufferSlice slice = app.pool().reattach(mapped.extra());
        assertThat(slice.address()).isEqualTo(mapped.status());
        assertThat(text(slice, 0, 12)).isEqualTo("23456789\0\0\0\0");
        assertThat(app.status(unmap(mapped.status()))).isZero();
        assertThat(slice.isLive()).isFalse();
        assertThat(app.status(unmap(mapped.status()))).isEqualTo(Errno.EINVAL.status());
    }

    @Test
    void mappedMemoryIsZeroAndCanBeShared() {
        long memory = app.open("memory:");
        for (int flags : new int[] {0, 1, 2}) {
            CompletionQueueEntry mapped = app.kernel()
                    .call(withLength(entry(Opcode.MMAP).withFd(memory).withSyscallFlags(flags), 8_192));
            assertThat(mapped.status()).isPositive();
            BufferSlice slice = app.pool().reattach(mapped.extra());
            assertThat(slice.segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
            slice.segment().fill((byte) 1);
            slice.close();
            assertThat(app.status(unmap(mapped.status())))
                    .as("it was closed as a slice")
                    .isEqualTo(Errno.EINVAL.status());
        }
    }

    @Test
    void badMappingsAreRefusedAndLeaveNothing() {
        folder.put("a", "0123456789");
        long file = app.open("folder:a");
        long inUse = app.pool().bytesInUse();
        SubmissionQueueEntry map = entry(Opcode.MMAP).withFd(file);
        assertThat(app.status(withLength(map.withSyscallFlags(1), 10))).isEqualTo(Errno.EOPNOTSUPP.status());
        assertThat(app.status(withLength(map.withSyscallFlags(8), 10))).isEqualTo(Errno.EINVAL.status());
        assertThat(app.status(withLength(map, 0))).isEqualTo(Errno.EINVAL.status());
        assertThat(app.status(withLength(map.withOffset(-1), 10))).isEqualTo(Errno.EINVAL.status());
        assertThat(app.status(withLength(map, Long.MAX_VALUE))).isEqualTo(Errno.ENOMEM.status());
        assertThat(app.status(withLength(map.withFd(99), 10))).isEqualTo(Errno.EBADF.status());
        assertThat(app.pool().bytesInUse()).isEqualTo(inUse);
    }

    @Test
    void aMappingWhoseReadFailsIsNotThere() {
        long spawn = app.open("spawn:x", OpenFlags.WRONLY);
        long inUse = app.pool().bytesInUse();
        assertThat(app.status(withLength(entry(Opcode.MMAP).withFd(spawn), 10))).isEqualTo(Errno.ENOSYS.status());
        assertThat(app.pool().bytesInUse()).isEqualTo(inUse);
    }

    @Test
    void unlinkRmdirAndRenameReachTheScheme() {
        folder.put("d/", "");
        folder.put("d/a", "x");
        assertThat(app.status(entry(Opcode.RMDIR), "folder:d")).isEqualTo(Errno.ENOTEMPTY.status());
        long file = app.open("folder:d/a");
        assertThat(app.status(entry(Opcode.FRENAME).withFd(file), "folder:b")).isZero();
        assertThat(folder.get("b")).isEqualTo("x");
        assertThat(app.status(entry(Opcode.RMDIR), "folder:d")).isZero();
        assertThat(app.status(entry(Opcode.UNLINK), "folder:b")).isZero();
        assertThat(app.status(entry(Opcode.UNLINK), "folder:b")).isEqualTo(Errno.ENOENT.status());
        assertThat(app.status(entry(Opcode.UNLINK), "nowhere:b")).isEqualTo(Errno.ENODEV.status());
        assertThat(app.status(entry(Opcode.UNLINK))).isEqualTo(Errno.EFAULT.status());
    }

    @Test
    void aFileIsNotRenamedIntoAnotherScheme() {
        folder.put("a", "x");
        long file = app.open("folder:a");
        assertThat(app.status(entry(Opcode.FRENAME).withFd(file), "time:1")).isEqualTo(Errno.EXDEV.status());
        assertThat(folder.get("a")).isEqualTo("x");
    }

    @Test
    void whatASchemeDoesNotHaveItSays() {
        long time = app.open("time:4");
        assertThat(app.status(entry(Opcode.FRENAME).withFd(time), "time:1")).isEqualTo(Errno.ENOSYS.status());
        assertThat(app.status(entry(Opcode.UNLINK), "time:4")).isEqualTo(Errno.ENOSYS.status());
    }

    @Test
    void statVfsTellsOfTheWholeAndOfTheCallersMemory() {
        try (BufferSlice buffer = app.pool().acquire(StatVfs.BYTES, 8)) {
            long directory = app.open("folder:");
            assertThat(app.status(entry(Opcode.FSTATVFS).withFd(directory), buffer))
                    .isEqualTo(StatVfs.BYTES);
            assertThat(StatVfs.decode(buffer.segment(), 0)).isEqualTo(new StatVfs(512, 100, 40));
            long memory = app.open("memory:");
            app.status(entry(Opcode.FSTATVFS).withFd(memory), buffer);
            StatVfs pages = StatVfs.decode(buffer.segment(), 0);
            assertThat(pages.blocks() * pages.blockSize()).isEqualTo(256L << 20);
            assertThat(pages.blocksFree()).isPositive().isLessThan(pages.blocks());
            assertThat(app.status(entry(Opcode.FSTATVFS).withFd(memory))).isEqualTo(Errno.EFAULT.status());
        }
    }

    @Test
    void readyEventsAreToldWithoutWaiting() {
        folder.put("a", "");
        int both = EventFlags.READ | EventFlags.WRITE;
        assertThat(app.status(entry(Opcode.FEVENT).withFd(app.open("folder:a")).withSyscallFlags(both)))
                .isEqualTo(EventFlags.READ);
        long reader = app.open("pipe:");
        long writer = app.dup(reader, "write");
        assertThat(app.status(entry(Opcode.FEVENT).withFd(reader).withSyscallFlags(both)))
                .isZero();
        assertThat(app.status(entry(Opcode.FEVENT).withFd(writer).withSyscallFlags(both)))
                .isEqualTo(EventFlags.WRITE);
        app.write(writer, "x");
        assertThat(app.status(entry(Opcode.FEVENT).withFd(reader).withSyscallFlags(both)))
                .isEqualTo(EventFlags.READ);
        assertThat(app.status(entry(Opcode.FEVENT).withFd(99).withSyscallFlags(both)))
                .isEqualTo(Errno.EBADF.status());
    }

    private static SubmissionQueueEntry vectored(Opcode opcode, long file) {
        return entry(opcode).withFd(file).withAdditional(2, 0);
    }

    private BufferSlice vector(long start1, long length1, long start2, long length2) {
        BufferSlice buffer = app.pool().acquire(VECTOR_BYTES + 32, 8);
        IoVector.encode(buffer.segment(), 0, start1, length1);
        IoVector.encode(buffer.segment(), 1, start2, length2);
        return buffer;
    }

    private static String text(BufferSlice buffer, long at, int length) {
        return new String(buffer.segment().asSlice(at, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    private static SubmissionQueueEntry withLength(SubmissionQueueEntry entry, long length) {
        return entry.withAddress(0, length);
    }

    private static SubmissionQueueEntry unmap(long address) {
        return entry(Opcode.MUNMAP).withAddress(address, 0);
    }
}
