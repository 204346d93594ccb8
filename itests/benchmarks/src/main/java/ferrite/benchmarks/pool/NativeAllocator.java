package ferrite.benchmarks.pool;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ferrite.benchmarks.host.NativeLibrary;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/// A `malloc` of the system, called from Java. Each is a class of its own, because the compiler sees through a method
/// handle only if it is a constant.
abstract sealed class NativeAllocator implements Allocator {
    private static final FunctionDescriptor TWO_SIZES = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final FunctionDescriptor ADDRESS = FunctionDescriptor.ofVoid(JAVA_LONG);
    private static final int ALIGNMENT_SHIFT_MIN = 4;

    private static NativeLibrary library(NativeFunctions functions) {
        return functions
                .library()
                .orElseThrow(() -> new UnsupportedOperationException("no " + functions.text() + " on this machine"));
    }

    abstract long take(long bytes, long alignment) throws Throwable;

    abstract void give(long address) throws Throwable;

    @Override
    public Slots slots(int count) {
        long[] addresses = new long[count];
        return new Slots() {
            @Override
            public long acquire(int slot, int bytes, int alignmentShift) {
                try {
                    long address = take(bytes, 1L << Math.max(ALIGNMENT_SHIFT_MIN, alignmentShift));
                    if (address == 0) {
                        throw new OutOfMemoryError(NativeAllocator.this + " has no " + bytes + " bytes");
                    }
                    addresses[slot] = address;
                    return address;
                } catch (Throwable thrown) {
                    throw new IllegalStateException(thrown);
                }
            }

            @Override
            public void release(int slot) {
                try {
                    give(addresses[slot]);
                } catch (Throwable thrown) {
                    throw new IllegalStateException(thrown);
                }
            }
        };
    }

    static final class Glibc extends NativeAllocator {
        private static final NativeLibrary LIBRARY = library(NativeFunctions.GLIBC);
        private static final MethodHandle TAKE = LIBRARY.shortFunction(NativeFunctions.GLIBC.acquire(), TWO_SIZES);
        private static final MethodHandle GIVE = LIBRARY.shortFunction(NativeFunctions.GLIBC.release(), ADDRESS);

        @Override
        long take(long bytes, long alignment) throws Throwable {
            return (long) TAKE.invokeExact(alignment, bytes);
        }

        @Override
        void give(long address) throws Throwable {
            GIVE.invokeExact(address);
        }
    }

    static final class Jemalloc extends NativeAllocator {
        private static final NativeLibrary LIBRARY = library(NativeFunctions.JEMALLOC);
        private static final MethodHandle TAKE = LIBRARY.shortFunction(NativeFunctions.JEMALLOC.acquire(), TWO_SIZES);
        private static final MethodHandle GIVE = LIBRARY.shortFunction(NativeFunctions.JEMALLOC.release(), ADDRESS);

        @Override
        long take(long bytes, long alignment) throws Throwable {
            return (long) TAKE.invokeExact(alignment, bytes);
        }

        @Override
        void give(long address) throws Throwable {
            GIVE.invokeExact(address);
        }
    }

    static final class Mimalloc extends NativeAllocator {
        private static final NativeLibrary LIBRARY = library(NativeFunctions.MIMALLOC);
        private static final MethodHandle TAKE = LIBRARY.shortFunction(NativeFunctions.MIMALLOC.acquire(), TWO_SIZES);
        private static final MethodHandle GIVE = LIBRARY.shortFunction(NativeFunctions.MIMALLOC.release(), ADDRESS);

        @Override
        long take(long bytes, long alignment) throws Throwable {
            return (long) TAKE.invokeExact(bytes, alignment);
        }

        @Override
        void give(long address) throws Throwable {
            GIVE.invokeExact(address);
        }
    }
}
