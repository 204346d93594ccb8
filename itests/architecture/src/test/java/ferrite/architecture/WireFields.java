package ferrite.architecture;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Where the encoder of a wire record really puts each component: found by encoding records in which one component has
/// a value and all others are 0.
final class WireFields {
    /// Every byte differs, and the least significant is 8.
    private static final long DISTINCT = 0x01020304_05060708L;

    /// Place of a little-endian field in its entry, bytes.
    record Place(int offset, int bytes) {}

    private WireFields() {}

    /// @param type a record of `int` and `long` components with `encode(MemorySegment, long)`
    /// @param entryBytes size of an encoded entry
    /// @throws AssertionError if a component is not written as a little-endian number
    static Map<String, Place> of(Class<? extends Record> type, long entryBytes) throws ReflectiveOperationException {
        Map<String, Place> places = new HashMap<>();
        RecordComponent[] components = type.getRecordComponents();
        for (int i = 0; i < components.length; i++) {
            byte[] bytes = encoded(type, i, entryBytes);
            places.put(components[i].getName(), place(components[i].getName(), bytes));
        }
        return places;
    }

    private static byte[] encoded(Class<? extends Record> type, int component, long entryBytes)
            throws ReflectiveOperationException {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        Object[] values = new Object[types.length];
        for (int i = 0; i < values.length; i++) {
            long value = i == component ? DISTINCT : 0;
            values[i] = types[i] == int.class ? (Object) (int) value : (Object) value;
        }
        byte[] bytes = new byte[Math.toIntExact(entryBytes)];
        type.getMethod("encode", MemorySegment.class, long.class)
                .invoke(type.getConstructor(types).newInstance(values), MemorySegment.ofArray(bytes), 0L);
        return bytes;
    }

    private static Place place(String name, byte[] bytes) {
        int offset = 0;
        while (offset < bytes.length && bytes[offset] == 0) {
            offset++;
        }
        int end = bytes.length;
        while (end > offset && bytes[end - 1] == 0) {
            end--;
        }
        for (int i = offset; i < end; i++) {
            if (bytes[i] != (byte) (DISTINCT >>> 8 * (i - offset))) {
                throw new AssertionError(
                        name + " is not written as one little-endian number: byte " + i + " is " + bytes[i]);
            }
        }
        return new Place(offset, end - offset);
    }
}
