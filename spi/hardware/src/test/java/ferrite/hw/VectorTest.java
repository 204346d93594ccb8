package ferrite.hw;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Do our bytes equal the specification's bytes, both ways?
final class VectorTest {
    private static final int GUARD_BYTES = 16;
    private static final byte GUARD = (byte) 0xA5;

    static Stream<Arguments> vectors() {
        return Codec.all().stream()
                .flatMap(codec -> HexVector.read(codec.file()).stream().map(vector -> Arguments.of(codec, vector)));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("vectors")
    void bytesDecodeToTheFieldsOfTheSpecification(Codec<?> codec, HexVector vector) {
        MemorySegment segment = offHeap(vector.bytes());

        Record decoded = (Record) codec.decoder().decode(segment, 0);

        assertThat(fields(decoded)).isEqualTo(parsed(vector.fields(), fields(decoded)));
        assertThat(vector.type()).isIn("", decoded.getClass().getSimpleName());
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("vectors")
    void fieldsEncodeToTheBytesOfTheSpecificationAndNoOthersAreTouched(Codec<?> codec, HexVector vector) {
        assertThat(encoded(codec, vector)).isEqualTo(guarded(withoutCycle(vector)));
    }

    private static <T> Octets encoded(Codec<T> codec, HexVector vector) {
        T decoded = codec.decoder().decode(offHeap(vector.bytes()), 0);
        MemorySegment target = offHeap(guarded(Octets.of(new byte[vector.bytes().size()])));
        codec.encoder().encode(decoded, target, GUARD_BYTES);
        return Octets.copyOf(target, 0, target.byteSize());
    }

    private static Octets guarded(Octets bytes) {
        byte[] all = new byte[bytes.size() + 2 * GUARD_BYTES];
        Arrays.fill(all, GUARD);
        System.arraycopy(bytes.toArray(), 0, all, GUARD_BYTES, bytes.size());
        return Octets.of(all);
    }

    /// The cycle bit is no field of a TRB; the codec under test writes 0.
    private static Octets withoutCycle(HexVector vector) {
        byte[] bytes = vector.bytes().toArray();
        if (vector.file().equals("trb")) {
            bytes[12] &= ~1;
        }
        return Octets.of(bytes);
    }

    private static MemorySegment offHeap(Octets bytes) {
        MemorySegment segment = Arena.ofAuto().allocate(bytes.size(), 16);
        bytes.encode(segment, 0);
        return segment;
    }

    /// Numbers as the record has them, so that `0x10` and 16 are one.
    private static Map<String, Object> parsed(Map<String, String> expected, Map<String, Object> actual) {
        Map<String, Object> parsed = new TreeMap<>();
        expected.forEach((name, text) -> parsed.put(
                name,
                switch (actual.get(name)) {
                    case Integer _ -> (int) number(text);
                    case Long _ -> number(text);
                    case null, default -> text;
                }));
        return parsed;
    }

    private static long number(String text) {
        return text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseLong(text);
    }

    private static Map<String, Object> fields(Record value) {
        Map<String, Object> fields = new TreeMap<>();
        collect("", value, fields);
        return fields;
    }

    private static void collect(String prefix, Record value, Map<String, Object> fields) {
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            put(prefix + component.getName(), read(component, value), fields);
        }
    }

    private static void put(String name, Object value, Map<String, Object> fields) {
        switch (value) {
            case Record nested -> {
                if (nested.getClass().getInterfaces().length > 0
                        && nested.getClass().isMemberClass()) {
                    fields.put(name, nested.getClass().getSimpleName());
                }
                collect(name + ".", nested, fields);
            }
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    put(name + "." + i, list.get(i), fields);
                }
            }
            case Integer number -> fields.put(name, number);
            case Long number -> fields.put(name, number);
            default -> fields.put(name, value.toString());
        }
    }

    private static Object read(RecordComponent component, Record value) {
        try {
            return component.getAccessor().invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(component.toString(), e);
        }
    }
}
