package ferrite.runtime.scheme;

import ferrite.spi.buffer.BufferSlice;

/// `zero:`: takes every byte, and is full of zeros.
final class ZeroScheme extends StreamScheme {
    ZeroScheme() {
        super("zero");
    }

    @Override
    long read(BufferSlice into) {
        into.segment().fill((byte) 0);
        return into.length();
    }
}
