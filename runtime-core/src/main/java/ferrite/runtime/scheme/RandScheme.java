package ferrite.runtime.scheme;

import ferrite.spi.buffer.BufferSlice;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.SecureRandom;
import java.util.concurrent.locks.ReentrantLock;

/// `rand:`: random bytes from xoshiro256++ (Blackman and Vigna, *Scrambled Linear Pseudorandom Number Generators*,
/// 2021),
/// seeded by the host's [SecureRandom]. Fast, and not for keys: who sees 32 bytes can compute the rest. What is written
/// is mixed in.
final class RandScheme extends StreamScheme {
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED;

    /// Odd, near 2⁶⁴ / φ: spreads a byte over the word.
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    private final ReentrantLock lock = new ReentrantLock();
    private final long[] state = new long[4];

    RandScheme() {
        super("rand");
        SecureRandom seed = new SecureRandom();
        for (int i = 0; i < state.length; i++) {
            state[i] = seed.nextLong();
        }
        leaveZero();
    }

    @Override
    long read(BufferSlice into) {
        MemorySegment bytes = into.segment();
        long length = into.length();
        lock.lock();
        try {
            long at = 0;
            for (; at + Long.BYTES <= length; at += Long.BYTES) {
                bytes.set(U64, at, next());
            }
            for (long word = next(); at < length; at++, word >>>= Byte.SIZE) {
                bytes.set(ValueLayout.JAVA_BYTE, at, (byte) word);
            }
        } finally {
            lock.unlock();
        }
        return length;
    }

    @Override
    long write(BufferSlice from) {
        MemorySegment bytes = from.segment();
        lock.lock();
        try {
            for (long at = 0; at < from.length(); at++) {
                state[(int) at & 3] ^= (bytes.get(ValueLayout.JAVA_BYTE, at) + 1L) * SPREAD;
                next();
            }
            leaveZero();
        } finally {
            lock.unlock();
        }
        return from.length();
    }

    private long next() {
        long result = Long.rotateLeft(state[0] + state[3], 23) + state[0];
        long shifted = state[1] << 17;
        state[2] ^= state[0];
        state[3] ^= state[1];
        state[1] ^= state[2];
        state[0] ^= state[3];
        state[2] ^= shifted;
        state[3] = Long.rotateLeft(state[3], 45);
        return result;
    }

    /// All zeros is the one state that the generator never leaves.
    private void leaveZero() {
        if ((state[0] | state[1] | state[2] | state[3]) == 0) {
            state[0] = SPREAD;
        }
    }
}
