package ferrite.spi.plugin;

import java.util.Arrays;

/// What one plug-in instance hands to its successor.
///
/// @param version of the layout of `bytes`, chosen by the plug-in, ≥ 1
/// @param bytes at most [#BYTES_MAX]; not shared with the caller
public record PluginState(int version, byte[] bytes) {
    /// Largest state, bytes.
    public static final int BYTES_MAX = 16 << 20;

    public PluginState {
        if (bytes.length > BYTES_MAX) {
            throw new IllegalArgumentException("state of " + bytes.length + " bytes > " + BYTES_MAX);
        }
        bytes = bytes.clone();
    }

    @Override
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PluginState(int otherVersion, byte[] otherBytes)
                && version == otherVersion
                && Arrays.equals(bytes, otherBytes);
    }

    @Override
    public int hashCode() {
        return 31 * version + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "PluginState[version=" + version + ", " + bytes.length + " bytes]";
    }
}
