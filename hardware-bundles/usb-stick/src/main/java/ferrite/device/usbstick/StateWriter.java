package ferrite.device.usbstick;

import ferrite.spi.plugin.PluginState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Builds the bytes that one build of the stick hands to the next: big-endian, no padding.
final class StateWriter {
    private ByteBuffer bytes = ByteBuffer.allocate(256);

    StateWriter flag(boolean value) {
        room(1).put((byte) (value ? 1 : 0));
        return this;
    }

    StateWriter i32(int value) {
        room(Integer.BYTES).putInt(value);
        return this;
    }

    StateWriter i64(long value) {
        room(Long.BYTES).putLong(value);
        return this;
    }

    /// By name: the order of the constants is not part of the format.
    StateWriter choice(Enum<?> value) {
        return block(value.name().getBytes(StandardCharsets.US_ASCII));
    }

    StateWriter block(byte[] value) {
        i32(value.length);
        room(value.length).put(value);
        return this;
    }

    private ByteBuffer room(int more) {
        if (bytes.remaining() < more) {
            bytes = ByteBuffer.allocate(2 * bytes.capacity() + more).put(bytes.flip());
        }
        return bytes;
    }

    PluginState toState(int version) {
        return new PluginState(version, Arrays.copyOf(bytes.array(), bytes.position()));
    }
}
