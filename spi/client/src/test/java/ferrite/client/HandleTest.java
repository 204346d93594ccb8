package ferrite.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.ring.CancelFlags;
import ferrite.spi.ring.IoVector;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.EventFlags;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Stat;
import ferrite.spi.scheme.StatVfs;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HandleTest {
    private static final long FD = 9;

    /// One operation, and the entry it must send.
    record Case(Opcode opcode, BiFunction<Handle, BufferSlice, RequestFuture<?>> operation, SubmissionQueueEntry wire) {
        @Override
        public String toString() {
            return opcode.name();
        }
    }

    static Stream<Case> operations() {
        return Stream.of(
                of(Opcode.NOP, (h, _) -> h.nop(), e -> e.withFd(0)),
                of(
                        Opcode.OPEN,
                        (h, _) -> h.open("a:b", OpenFlags.RDWR),
                        e -> e.withFd(0).withOffset(OpenFlags.RDWR)),
                of(Opcode.OPEN_AT, (h, _) -> h.openAt(FD, "b", OpenFlags.RDONLY), e -> e.withOffset(OpenFlags.RDONLY)),
                of(Opcode.CLOSE, (h, _) -> h.close(FD), e -> e),
                of(Opcode.CLOSE_RANGE, (h, _) -> h.closeRange(FD, 5), e -> e.withAddress(0, 5)),
                of(Opcode.READ, (h, b) -> h.read(FD, b), e -> e),
                of(Opcode.WRITE, (h, b) -> h.write(FD, b), e -> e),
                of(Opcode.PREAD, (h, b) -> h.pread(FD, b, 512), e -> e.withOffset(512)),
                of(Opcode.PWRITE, (h, b) -> h.pwrite(FD, b, 512), e -> e.withOffset(512)),
                of(Opcode.READV, (h, b) -> h.readv(FD, b, 2), e -> e.withAdditional(2, 0)),
                of(Opcode.WRITEV, (h, b) -> h.writev(FD, b, 2), e -> e.withAdditional(2, 0)),
                of(
                        Opcode.PREADV,
                        (h, b) -> h.preadv(FD, b, 2, 8),
                        e -> e.withAdditional(2, 0).withOffset(8)),
                of(
                        Opcode.PWRITEV,
                        (h, b) -> h.pwritev(FD, b, 2, 8),
                        e -> e.withAdditional(2, 0).withOffset(8)),
                of(Opcode.DUP, (h, _) -> h.dup(FD), e -> e),
                of(Opcode.DUP, (h, _) -> h.dup(FD, "pool"), e -> e),
                of(
                        Opcode.MMAP,
                        (h, _) -> h.mmap(FD, 8, 16),
                        e -> e.withOffset(8).withAddress(0, 16)),
                of(Opcode.MUNMAP, (h, _) -> h.munmap(0x40), e -> e.withFd(0).withAddress(0x40, 0)),
                of(Opcode.FSTAT, (h, _) -> h.fstat(FD), e -> e),
                of(Opcode.FSTATVFS, (h, _) -> h.fstatvfs(FD), e -> e),
                of(Opcode.FPATH, (h, _) -> h.fpath(FD), e -> e),
                of(Opcode.FSYNC, (h, _) -> h.fsync(FD), e -> e),
                of(Opcode.FTRUNCATE, (h, _) -> h.ftruncate(FD, 77), e -> e.withOffset(77)),
                of(
                        Opcode.SEEK,
                        (h, _) -> h.seek(FD, -1, Whence.END),
                        e -> e.withOffset(-1).withAdditional(2, 0)),
                of(Opcode.GETDENTS, (h, _) -> h.getdents(FD, 3), e -> e.withOffset(3)),
                of(
                        Opcode.REGISTER_EVENTS,
                        (h, _) -> h.registerEvents(FD, EventFlags.READ),
                        e -> e.withSyscallFlags(EventFlags.READ)),
                of(Opcode.FEVENT, (h, _) -> h.fevent(FD, EventFlags.WRITE), e -> e.withSyscallFlags(EventFlags.WRITE)),
                of(Opcode.TIMEOUT, (h, _) -> h.timeout(1000), e -> e.withFd(0).withOffset(1000)),
                of(Opcode.CANCEL, (h, _) -> h.cancel(CancelFlags.FILE, FD), e -> e.withSyscallFlags(CancelFlags.FILE)),
                of(Opcode.WAITPID, (h, _) -> h.waitpid(4), e -> e.withFd(4)),
                of(
                        Opcode.FUTEX_WAIT,
                        (h, b) -> h.futexWait(b, -1),
                        e -> e.withFd(0).withAdditional(0xFFFF_FFFFL, 0)),
                of(
                        Opcode.FUTEX_WAKE,
                        (h, b) -> h.futexWake(b, 3),
                        e -> e.withFd(0).withAdditional(3, 0)),
                of(
                        Opcode.MSG_RING,
                        (h, _) -> h.msgRing(2, 5, 6),
                        e -> e.withFd(2).withAdditional(5, 0).withAddress(0, 6)),
                of(Opcode.SEND_FD, (h, _) -> h.sendFd(FD, 2), e -> e.withAdditional(2, 0)),
                of(Opcode.UNLINK, (h, _) -> h.unlink("a:b"), e -> e.withFd(0)),
                of(Opcode.RMDIR, (h, _) -> h.rmdir("a:b"), e -> e.withFd(0)),
                of(Opcode.FRENAME, (h, _) -> h.frename(FD, "c"), e -> e),
                of(Opcode.MKNS, (h, _) -> h.mkns(List.of("a", "b")), e -> e.withFd(0)),
                of(Opcode.SETRENS, (h, _) -> h.setrens(0), e -> e.withFd(0)));
    }

    private static Case of(
            Opcode opcode,
            BiFunction<Handle, BufferSlice, RequestFuture<?>> operation,
            UnaryOperator<SubmissionQueueEntry> wire) {
        return new Case(
                opcode, operation, wire.apply(SubmissionQueueEntry.of(opcode).withFd(FD)));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void anOperationSendsTheEntryOfTheProtocol(Case wanted) {
        Rig rig = new Rig(FakeRing.SILENT);
        RequestFuture<?> future = wanted.operation.apply(rig.handle(), rig.slice(64));
        rig.reactor.poll(16);
        assertThat(future).isNotDone();
        FakeRing.Sent sent = rig.ring.seenLast();
        SubmissionQueueEntry entry = sent.entry().withUserData(0);
        SubmissionQueueEntry bare = sent.buffer() == null ? entry : entry.withAddress(0, 0);
        assertThat(bare).isEqualTo(wanted.wire);
    }

    @Test
    void everyStandardOpcodeHasAnOperation() {
        assertThat(operations().map(Case::opcode).distinct())
                .contains(Stream.of(Opcode.values())
                        .filter(opcode -> opcode != Opcode.LINK_TIMEOUT) // of a chain only
                        .toArray(Opcode[]::new));
    }

    @Test
    void aPathIsSentAsItsBytesAndItsBufferComesBack() {
        AtomicReference<String> path = new AtomicReference<>("");
        Rig rig = new Rig((ring, sent) -> {
            path.set(text(sent.bytes()));
            ring.complete(sent.tag(), 5);
        });
        RequestFuture<Long> future = rig.handle().open("disk:ä", 0);
        rig.settle();
        assertThat(future).isCompletedWithValue(5L);
        assertThat(path.get()).isEqualTo("disk:ä");
        assertThat(rig.pool.slicesInUse()).isZero();
    }

    @Test
    void answersAreDecoded() {
        Rig rig = new Rig((ring, sent) -> {
            BufferSlice into = sent.bytes();
            switch (Opcode.ofOrNop(sent.opcode())) {
                case FSTAT -> {
                    new Stat(10, 512, Stat.MODE_BLOCK).encode(into.segment(), 0);
                    ring.complete(sent.tag(), Stat.BYTES);
                }
                case FSTATVFS -> {
                    new StatVfs(512, 8, 3).encode(into.segment(), 0);
                    ring.complete(sent.tag(), StatVfs.BYTES);
                }
                case FPATH -> ring.complete(sent.tag(), put(into, "disk:0"));
                default -> ring.complete(sent.tag(), put(into, "a\nb\n"), 0, 17);
            }
        });
        RequestFuture<Stat> stat = rig.handle().fstat(FD);
        RequestFuture<StatVfs> statVfs = rig.handle().fstatvfs(FD);
        RequestFuture<String> path = rig.handle().fpath(FD);
        RequestFuture<Listing> names = rig.handle().getdents(FD, 0);
        rig.settle();
        assertThat(stat).isCompletedWithValue(new Stat(10, 512, Stat.MODE_BLOCK));
        assertThat(statVfs).isCompletedWithValue(new StatVfs(512, 8, 3));
        assertThat(path).isCompletedWithValue("disk:0");
        assertThat(names).isCompletedWithValue(new Listing(List.of("a", "b"), 17));
        assertThat(rig.pool.slicesInUse()).isZero();
    }

    @Test
    void aPeerThatClaimsMoreBytesThanItCouldWriteIsBadMessage() {
        Rig rig = new Rig((ring, sent) -> ring.complete(sent.tag(), 1 << 20));
        RequestFuture<String> path = rig.handle().fpath(FD);
        rig.settle();
        assertThat(Rig.errnoOf(path)).isEqualTo(Errno.EBADMSG);
        assertThat(rig.pool.slicesInUse()).isZero();
    }

    @Test
    void anErrorNumberThatIsNotKnownIsInputOutputError() {
        Rig rig = new Rig((ring, sent) -> ring.complete(sent.tag(), -4000));
        RequestFuture<Long> future = rig.handle().nop();
        rig.settle();
        assertThat(Rig.errnoOf(future)).isEqualTo(Errno.EIO);
    }

    @Test
    void aTimeoutThatPassesIsASuccess() {
        Rig rig = new Rig((ring, sent) -> ring.complete(sent.tag(), Errno.ETIMEDOUT.status()));
        RequestFuture<Long> future = rig.handle().timeout(5);
        rig.settle();
        assertThat(future).isCompletedWithValue(0L);
    }

    @Test
    void aPathThatIsTooLongIsNotSent() {
        Rig rig = new Rig(FakeRing.OK);
        assertThat(Rig.errnoOf(rig.handle().open("x".repeat(4097), 0))).isEqualTo(Errno.ENAMETOOLONG);
        assertThat(rig.pool.slicesInUse()).isZero();
    }

    @Test
    void aPoolWithoutMemoryIsAnErrorOfTheRequest() {
        Rig rig = new Rig(FakeRing.OK);
        rig.pool.exhaust();
        assertThat(Rig.errnoOf(rig.handle().open("a:", 0))).isEqualTo(Errno.ENOMEM);
    }

    @Test
    void aContextGivesPriorityAndOrder() {
        Rig rig = new Rig(FakeRing.SILENT);
        RequestFuture<Long> future = rig.handle()
                .with(SubmissionContext.DEFAULT.withPriority(9).withOrder(Order.DRAIN))
                .nop();
        rig.reactor.poll(16);
        assertThat(future).isNotDone();
        assertThat(rig.ring.seenLast().entry().priority()).isEqualTo(9);
        assertThat(rig.ring.seenLast().entry().flags()).isEqualTo(SqeFlags.DRAIN);
    }

    @Test
    void aFutureOfARequestThatSkipsSuccessIsRefused() {
        Rig rig = new Rig(FakeRing.OK);
        Handle silent = rig.handle().with(SubmissionContext.DEFAULT.withSkipSuccess());
        assertThat(Rig.errnoOf(silent.nop())).isEqualTo(Errno.EINVAL);
    }

    @Test
    void aVectorIsLaidOutBehindItsDescription() {
        Rig rig = new Rig(FakeRing.OK);
        BufferSlice buffer = rig.slice(64);
        assertThat(Entries.layOut(buffer, 8, 16)).isEqualTo(2 * IoVector.BYTES);
        assertThat(IoVector.decode(buffer.segment(), 2)).containsExactly(32, 8, 40, 16);
        assertThatThrownBy(() -> Entries.layOut(buffer, 8, 25)).hasMessageContaining("EFAULT");
    }

    @Test
    void onlyTheFailureOfAPostedRequestIsTold() {
        Rig rig = new Rig((ring, sent) -> {
            if (sent.entry().fd() == 2) {
                ring.complete(sent.tag(), Errno.EBADF.status());
            } else {
                ring.complete(sent.tag(), 0, 4, 0);
            }
        });
        Map<Long, Long> failures = new HashMap<>();
        rig.reactor.onPostFailure(rig.id, (label, status, _, _) -> failures.put(label, status));
        rig.handle().post(Entries.on(Opcode.CLOSE, 1), 101);
        rig.handle().post(Entries.on(Opcode.CLOSE, 2), 102);
        rig.settle();
        assertThat(failures).isEqualTo(Map.of(102L, Errno.EBADF.status()));
        assertThat(rig.ring.seen()).allMatch(sent -> sent.entry().flags() == SqeFlags.SKIP_SUCCESS);
        assertThat(rig.meter().used()).isZero();
    }

    private static String text(BufferSlice slice) {
        return new String(slice.segment().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    private static long put(BufferSlice slice, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        MemorySegment.copy(bytes, 0, slice.segment(), ValueLayout.JAVA_BYTE, 0, bytes.length);
        return bytes.length;
    }
}
