package ferrite.runtime.scheme;

import ferrite.spi.buffer.BufferSlice;

/// `null:`: takes every byte, has none.
final class NullScheme extends StreamScheme {
    NullScheme() {
        super("null");
    }

    @Override
    long read(BufferSlice into) {
        return 0;
    }
}
