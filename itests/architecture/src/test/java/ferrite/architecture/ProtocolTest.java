package ferrite.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import ferrite.spi.error.Errno;
import ferrite.spi.ring.CompletionQueueEntry;
import ferrite.spi.ring.CqeFlags;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.SqeFlags;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.EventFlags;
import ferrite.spi.scheme.OpenFlags;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.constantpool.LongEntry;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Every number in `docs/protocol/ring-abi.md` is the number in the code. If one differs, the page is what others have
/// built on: change the code back, or raise the version.
class ProtocolTest {
    private static final Markdown PAGE = Markdown.read("docs/protocol/ring-abi.md");
    private static final String HEADER_LAYOUT = "ferrite.runtime.ring.RingLayout";

    @Test
    void opcodesAreThoseOfTheEnum() {
        Map<String, Long> onPage =
                numbers(PAGE.table("number", "name", "fd", "buffer", "other arguments", "status"), 1, 0);
        assertThat(onPage)
                .as("table of opcodes")
                .isEqualTo(Arrays.stream(Opcode.values())
                        .collect(Collectors.toMap(Opcode::name, opcode -> (long) opcode.code())));
    }

    @Test
    void errorsAreThoseOfTheEnum() {
        assertThat(numbers(PAGE.table("error", "number", "meaning"), 0, 1))
                .as("numbers of errors")
                .isEqualTo(Arrays.stream(Errno.values())
                        .collect(Collectors.toMap(Errno::name, errno -> (long) errno.code())));
    }

    @Test
    void errorsMeanWhatTheEnumSays() {
        Map<String, String> onPage = PAGE.table("error", "number", "meaning").stream()
                .collect(Collectors.toMap(List::getFirst, List::getLast));
        assertThat(onPage)
                .as("meanings of errors")
                .isEqualTo(Arrays.stream(Errno.values()).collect(Collectors.toMap(Errno::name, Errno::meaning)));
    }

    @Test
    void submissionFlagsAreTheConstants() throws IllegalAccessException {
        assertThat(numbers(PAGE.table("submission flag", "value", "meaning"), 0, 1))
                .as("submission flags")
                .isEqualTo(constants(SqeFlags.class));
    }

    @Test
    void completionFlagsAreTheConstants() throws IllegalAccessException {
        assertThat(numbers(PAGE.table("completion flag", "value", "meaning"), 0, 1))
                .as("completion flags")
                .isEqualTo(constants(CqeFlags.class));
    }

    @Test
    void openFlagsAreTheConstants() throws IllegalAccessException {
        assertThat(numbers(PAGE.table("open flag", "value", "meaning"), 0, 1))
                .as("open flags")
                .isEqualTo(constants(OpenFlags.class));
    }

    @Test
    void eventFlagsAreTheConstants() throws IllegalAccessException {
        assertThat(numbers(PAGE.table("event flag", "value", "meaning"), 0, 1))
                .as("event flags")
                .isEqualTo(constants(EventFlags.class));
    }

    @Test
    void submissionFieldsStandWhereTheCodeWritesThem() throws ReflectiveOperationException {
        assertThat(WireFields.of(SubmissionQueueEntry.class, SubmissionQueueEntry.BYTES))
                .as("fields of a submission queue entry; those of the page are expected")
                .isEqualTo(section("Submission queue entry"));
    }

    @Test
    void completionFieldsStandWhereTheCodeWritesThem() throws ReflectiveOperationException {
        assertThat(WireFields.of(CompletionQueueEntry.class, CompletionQueueEntry.BYTES))
                .as("fields of a completion queue entry; those of the page are expected")
                .isEqualTo(section("Completion queue entry"));
    }

    @Test
    void headerFieldsAreTheConstantsOfTheLayout() {
        assertThat(numbers(PAGE.table("field", "offset", "bytes", "written by"), 0, 1).entrySet().stream()
                        .collect(Collectors.toMap(
                                field -> field.getKey().toUpperCase(Locale.ROOT).replace(' ', '_'),
                                Map.Entry::getValue)))
                .as("offsets in the header; those of %s are expected", HEADER_LAYOUT)
                .isEqualTo(headerConstants());
    }

    /// A table by its name and number columns.
    private static Map<String, Long> numbers(List<List<String>> rows, int name, int number) {
        return rows.stream().collect(Collectors.toMap(row -> row.get(name), row -> Long.decode(row.get(number))));
    }

    private static Map<String, Long> constants(Class<?> flags) throws IllegalAccessException {
        Map<String, Long> constants = new HashMap<>();
        for (Field field : flags.getFields()) {
            constants.put(field.getName(), ((Number) field.get(null)).longValue());
        }
        return constants;
    }

    private static Map<String, WireFields.Place> section(String heading) {
        return PAGE.section(heading).table("field", "offset", "bytes", "meaning").stream()
                .collect(Collectors.toMap(
                        List::getFirst,
                        row -> new WireFields.Place(Integer.parseInt(row.get(1)), Integer.parseInt(row.get(2)))));
    }

    /// The layout is not exported; its class file tells. Offsets are its constants of type `long`.
    private static Map<String, Long> headerConstants() {
        Map<String, Long> constants = new HashMap<>();
        ClassModel layout = ReactorJars.of("runtime-core").classes().stream()
                .filter(type -> ClassReferences.name(type).equals(HEADER_LAYOUT))
                .findFirst()
                .orElseThrow(() -> new AssertionError(HEADER_LAYOUT + " is gone: name its successor in this test"));
        for (FieldModel field : layout.fields()) {
            String name = field.fieldName().stringValue();
            if (name.startsWith("SQE_") || name.startsWith("CQE_")) {
                continue; // words of the entries, which have tables of their own
            }
            field.findAttribute(Attributes.constantValue())
                    .filter(value -> value.constant() instanceof LongEntry)
                    .ifPresent(value -> constants.put(name, ((LongEntry) value.constant()).longValue()));
        }
        return constants;
    }
}
