package ferrite.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// The rules are only as good as the reader of class files that they all stand on.
class ClassReferencesTest {

    @Test
    void aClassInAnInstructionIsSeen() throws IOException {
        assertThat(ClassReferences.classes(sample())).contains("java.util.BitSet");
    }

    @Test
    void aTypeArgumentIsSeen() throws IOException {
        assertThat(ClassReferences.classes(sample())).contains("java.util.StringJoiner");
    }

    @Test
    void anAnnotationIsSeen() throws IOException {
        assertThat(ClassReferences.classes(sample())).contains("java.lang.FunctionalInterface");
    }

    @Test
    void theElementOfAnArrayIsSeen() throws IOException {
        assertThat(ClassReferences.classes(sample())).contains("java.util.TreeMap");
    }

    @Test
    void theResultOfALambdaIsSeen() throws IOException {
        assertThat(ClassReferences.classes(sample())).contains("java.util.concurrent.Callable");
    }

    @Test
    void aUsedFieldIsSeen() throws IOException {
        assertThat(ClassReferences.members(sample())).contains("java.lang.System.err");
    }

    @Test
    void aClassDoesNotReferToItself() throws IOException {
        assertThat(ClassReferences.classes(sample())).doesNotContain(Sample.class.getName());
    }

    private static ClassModel sample() throws IOException {
        String file = Sample.class.getName().replace('.', '/') + ".class";
        try (InputStream bytes = Sample.class.getClassLoader().getResourceAsStream(file)) {
            return ClassFile.of().parse(Objects.requireNonNull(bytes, file).readAllBytes());
        }
    }

    /// Each type stands here once, in a place of its own.
    @FunctionalInterface
    interface Sample {
        List<StringJoiner> typeArgument();

        default int instruction() {
            return new BitSet().size();
        }

        default Object array() {
            return new TreeMap<?, ?>[0][0];
        }

        default Supplier<?> lambda() {
            return () -> (Callable<Integer>) () -> System.err.hashCode();
        }
    }
}
