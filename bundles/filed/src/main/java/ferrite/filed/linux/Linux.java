package ferrite.filed.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The system calls that this module makes, by name: on 64-bit Linux, little-endian. A failed call returns its negative
/// error number. Any thread.
///
/// Calls whose number is the same on all architectures go through `syscall(2)`, for the C library has no function for
/// them; all others are functions of the C library.
public final class Linux {
    /// `O_RDONLY`.
    public static final int O_RDONLY = 0;
    /// `O_WRONLY`.
    public static final int O_WRONLY = 1;
    /// `O_RDWR`.
    public static final int O_RDWR = 2;
    /// `O_CREAT`.
    public static final int O_CREAT = 0x40;
    /// `O_EXCL`.
    public static final int O_EXCL = 0x80;
    /// `O_APPEND`.
    public static final int O_APPEND = 0x400;
    /// `O_CLOEXEC`.
    public static final int O_CLOEXEC = 0x8_0000;
    /// `O_PATH`: a name, not yet a file; opening it has no effect on a device.
    public static final int O_PATH = 0x20_0000;
    /// The current directory, in place of a directory's descriptor.
    public static final int AT_FDCWD = -100;
    /// `unlinkat`: a directory.
    public static final int AT_REMOVEDIR = 0x200;
    /// openat2: no magic links of `/proc`.
    public static final long RESOLVE_NO_MAGICLINKS = 0x02;
    /// openat2: nothing outside the directory, absolute links included.
    public static final long RESOLVE_BENEATH = 0x08;

    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC_STATS = 0x7FF;
    private static final int F_OFD_SETLK = 37;
    private static final short F_RDLCK = 0;
    private static final short F_WRLCK = 1;
    private static final long SYS_OPENAT2 = 437;
    private static final long OPEN_HOW_BYTES = 24;
    private static final long FLOCK_BYTES = 32;

    private Linux() {}

    /// Why these calls cannot be made here; empty if they can.
    public static Optional<String> refusal() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return Optional.of("the host is " + System.getProperty("os.name") + ", not Linux");
        }
        if (ValueLayout.ADDRESS.byteSize() != Long.BYTES || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            return Optional.of("the host is not 64-bit little-endian");
        }
        Module module = Linux.class.getModule();
        if (!module.isNativeAccessEnabled()) {
            return Optional.of("module " + module.getName() + " has no native access");
        }
        return Optional.empty();
    }

    /// `openat2(2)`, with `O_CLOEXEC`.
    ///
    /// @param resolve `RESOLVE_…`
    /// @return a descriptor
    public static long openat2(int directory, byte[] path, int flags, int mode, long resolve) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment how = arena.allocate(OPEN_HOW_BYTES, Long.BYTES);
            how.set(ValueLayout.JAVA_LONG, 0, flags | O_CLOEXEC);
            how.set(ValueLayout.JAVA_LONG, 8, mode);
            how.set(ValueLayout.JAVA_LONG, 16, resolve);
            MemorySegment name = cString(arena, path);
            return syscall(
                    Calls.capture(arena), SYS_OPENAT2, directory, name.address(), how.address(), OPEN_HOW_BYTES, 0, 0);
        }
    }

    /// The file behind a descriptor, opened once more: with other rights, after one has seen what it is.
    ///
    /// @return a descriptor
    public static long reopen(int fd, int flags) {
        return openat2(AT_FDCWD, ("/proc/self/fd/" + fd).getBytes(StandardCharsets.US_ASCII), flags, 0, 0);
    }

    /// `statx(2)` of a descriptor, also of one that was opened with `O_PATH`.
    ///
    /// @param result gets the answer if the call succeeds
    public static long statx(int fd, LinuxStat result) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Calls.capture(arena);
            MemorySegment buffer = arena.allocate(LinuxStat.BYTES, Long.BYTES);
            MemorySegment empty = arena.allocate(1);
            int returned = (int) Calls.STATX.invokeExact(state, fd, empty, AT_EMPTY_PATH, STATX_BASIC_STATS, buffer);
            if (returned == 0) {
                result.decode(buffer);
            }
            return Calls.result(returned, state);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// Locks the whole file for this open file description (OFD), which keeps the lock whatever other descriptors of
    /// this process do.
    ///
    /// @param exclusive needs a descriptor for writing; a shared one needs one for reading
    /// @return 0; EAGAIN or EACCES if another has a lock
    public static long lock(int fd, boolean exclusive) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Calls.capture(arena);
            MemorySegment flock = arena.allocate(FLOCK_BYTES, Long.BYTES); // whence, start, length 0: the whole file
            flock.set(ValueLayout.JAVA_SHORT, 0, exclusive ? F_WRLCK : F_RDLCK);
            int returned = (int) Calls.FCNTL.invokeExact(state, fd, F_OFD_SETLK, flock);
            return Calls.result(returned, state);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// `ftruncate(2)`.
    public static long ftruncate(int fd, long size) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Calls.capture(arena);
            int returned = (int) Calls.FTRUNCATE.invokeExact(state, fd, size);
            return Calls.result(returned, state);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// `fsync(2)`.
    public static long fsync(int fd) {
        return ofDescriptor(Calls.FSYNC, fd);
    }

    /// `close(2)`.
    public static long close(int fd) {
        return ofDescriptor(Calls.CLOSE, fd);
    }

    private static long ofDescriptor(MethodHandle call, int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Calls.capture(arena);
            int returned = (int) call.invokeExact(state, fd);
            return Calls.result(returned, state);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// `mkdirat(2)`.
    public static long mkdirat(int directory, byte[] name, int mode) {
        return onName(Calls.MKDIRAT, directory, name, mode);
    }

    /// `unlinkat(2)`.
    ///
    /// @param flags 0 or [#AT_REMOVEDIR]
    public static long unlinkat(int directory, byte[] name, int flags) {
        return onName(Calls.UNLINKAT, directory, name, flags);
    }

    private static long onName(MethodHandle call, int directory, byte[] name, int number) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Calls.capture(arena);
            int returned = (int) call.invokeExact(state, directory, cString(arena, name), number);
            return Calls.result(returned, state);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// `renameat(2)`.
    public static long renameat(int fromDirectory, byte[] from, int toDirectory, byte[] to) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Calls.capture(arena);
            int returned = (int) Calls.RENAMEAT.invokeExact(
                    state, fromDirectory, cString(arena, from), toDirectory, cString(arena, to));
            return Calls.result(returned, state);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// `getdents64(2)`.
    ///
    /// @param buffer native; gets whole entries
    /// @return bytes, 0 at the end
    public static long getdents64(int fd, MemorySegment buffer) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Calls.capture(arena);
            long returned = (long) Calls.GETDENTS64.invokeExact(state, fd, buffer, buffer.byteSize());
            return Calls.result(returned, state);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// `mmap(2)` of a ring: shared, for reading and writing, populated.
    ///
    /// @return the address
    public static long mapRing(int fd, long bytes, long offset) {
        int protection = 0x1 | 0x2; // PROT_READ | PROT_WRITE
        int flags = 0x01 | 0x8000; // MAP_SHARED | MAP_POPULATE
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Calls.capture(arena);
            long returned = (long) Calls.MMAP.invokeExact(state, 0L, bytes, protection, flags, fd, offset);
            return Calls.result(returned, state);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// `munmap(2)`.
    public static long unmap(long address, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Calls.capture(arena);
            int returned = (int) Calls.MUNMAP.invokeExact(state, address, bytes);
            return Calls.result(returned, state);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// Memory for the error number of the calls of one thread at a time; spares each call an allocation.
    public static MemorySegment errorState(Arena arena) {
        return Calls.capture(arena);
    }

    /// `syscall(2)`.
    ///
    /// @param state from [#errorState]
    public static long syscall(MemorySegment state, long number, long a, long b, long c, long d, long e, long f) {
        try {
            long returned = (long) Calls.SYSCALL.invokeExact(state, number, a, b, c, d, e, f);
            return Calls.result(returned, state);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static MemorySegment cString(Arena arena, byte[] text) {
        MemorySegment string = arena.allocate(text.length + 1L);
        MemorySegment.copy(text, 0, string, ValueLayout.JAVA_BYTE, 0, text.length);
        return string;
    }

    /// The handles; made at the first call, because making them needs native access.
    private static final class Calls {
        static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
        static final MemoryLayout STATE = Linker.Option.captureStateLayout();
        static final long ERRNO_OFFSET = STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

        static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
        static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

        static final MethodHandle SYSCALL =
                variadic("syscall", 1, FunctionDescriptor.of(LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG));
        static final MethodHandle FCNTL =
                variadic("fcntl", 2, FunctionDescriptor.of(INT, INT, INT, ValueLayout.ADDRESS));
        static final MethodHandle STATX =
                call("statx", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT, INT, ValueLayout.ADDRESS));
        static final MethodHandle FTRUNCATE = call("ftruncate", FunctionDescriptor.of(INT, INT, LONG));
        static final MethodHandle FSYNC = call("fsync", FunctionDescriptor.of(INT, INT));
        static final MethodHandle CLOSE = call("close", FunctionDescriptor.of(INT, INT));
        static final MethodHandle MKDIRAT = call("mkdirat", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT));
        static final MethodHandle UNLINKAT =
                call("unlinkat", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT));
        static final MethodHandle RENAMEAT =
                call("renameat", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT, ValueLayout.ADDRESS));
        static final MethodHandle GETDENTS64 =
                call("getdents64", FunctionDescriptor.of(LONG, INT, ValueLayout.ADDRESS, LONG));
        static final MethodHandle MMAP = call("mmap", FunctionDescriptor.of(LONG, LONG, LONG, INT, INT, INT, LONG));
        static final MethodHandle MUNMAP = call("munmap", FunctionDescriptor.of(INT, LONG, LONG));

        private Calls() {}

        static MemorySegment capture(Arena arena) {
            return arena.allocate(STATE);
        }

        static long result(long returned, MemorySegment state) {
            return returned == -1 ? -state.get(INT, ERRNO_OFFSET) : returned;
        }

        private static MethodHandle call(String name, FunctionDescriptor descriptor) {
            return link(name, descriptor, ERRNO);
        }

        private static MethodHandle variadic(String name, int named, FunctionDescriptor descriptor) {
            return link(name, descriptor, ERRNO, Linker.Option.firstVariadicArg(named));
        }

        // The module has native access by name; refusal() is asked first.
        @SuppressWarnings("restricted")
        private static MethodHandle link(String name, FunctionDescriptor descriptor, Linker.Option... options) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
        }
    }
}
