package ferrite.device.pcihostbridge;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.PluginState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Reads what a [StateWriter] wrote, or anything else: every value is checked against the bounds that its user gives.
/// All methods throw EBADMSG.
final class StateReader {
    private static final int NAME_BYTES_MAX = 64;

    private final ByteBuffer bytes;

    StateReader(PluginState state) {
        this.bytes = ByteBuffer.wrap(state.bytes());
    }

    boolean flag(String name) {
        return i32(name, Byte.BYTES, 0, 1) == 1;
    }

    int i32(String name, int min, int max) {
        return i32(name, Integer.BYTES, min, max);
    }

    private int i32(String name, int width, int min, int max) {
        need(name, width);
        int value = width == 1 ? bytes.get() : bytes.getInt();
        require(value >= min && value <= max, name, value);
        return value;
    }

    long i64(String name, long min, long max) {
        need(name, Long.BYTES);
        long value = bytes.getLong();
        require(value >= min && value <= max, name, value);
        return value;
    }

    <E extends Enum<E>> E choice(String name, Class<E> choices) {
        String found = new String(block(name, NAME_BYTES_MAX), StandardCharsets.US_ASCII);
        for (E choice : choices.getEnumConstants()) {
            if (choice.name().equals(found)) {
                return choice;
            }
        }
        throw new SchemeException(Errno.EBADMSG, "state holds an unknown " + name);
    }

    byte[] block(String name, int bytesMax) {
        byte[] block = new byte[i32(name, 0, bytesMax)];
        need(name, block.length);
        bytes.get(block);
        return block;
    }

    private void need(String name, int more) {
        if (bytes.remaining() < more) {
            throw new SchemeException(Errno.EBADMSG, "state ends inside " + name);
        }
    }

    /// @throws SchemeException EBADMSG if it does not hold
    static void require(boolean holds, String name, long value) {
        if (!holds) {
            throw new SchemeException(Errno.EBADMSG, "state holds " + name + " = " + value);
        }
    }

    void end() {
        require(!bytes.hasRemaining(), "bytes too many", bytes.remaining());
    }
}
