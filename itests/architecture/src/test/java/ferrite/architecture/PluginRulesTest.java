package ferrite.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a plug-in may not do with the JDK: it runs under a token, talks through rings, and must leave nothing behind.
class PluginRulesTest {
    /// Whoever holds one of these starts threads, waits on them, or keeps something in them.
    private static final List<String> THREADS = List.of(
            "java.lang.InheritableThreadLocal",
            "java.lang.Thread$Builder",
            "java.lang.ThreadGroup",
            "java.lang.ThreadLocal",
            "java.util.Timer",
            "java.util.TimerTask",
            "java.util.concurrent.CompletableFuture",
            "java.util.concurrent.Executor",
            "java.util.concurrent.ExecutorService",
            "java.util.concurrent.Executors",
            "java.util.concurrent.ForkJoinPool",
            "java.util.concurrent.ScheduledExecutorService",
            "java.util.concurrent.StructuredTaskScope",
            "java.util.concurrent.ThreadPoolExecutor");

    /// What may be used of a thread that is somebody else's: I/O must keep an interrupt from closing a file.
    private static final Set<String> INTERRUPTS = Set.of(
            "java.lang.Thread.currentThread",
            "java.lang.Thread.interrupt",
            "java.lang.Thread.interrupted",
            "java.lang.Thread.isInterrupted");

    private static final Set<String> BY_NAME_OR_FORCE =
            Set.of("java.lang.Class.forName", "java.lang.ClassLoader.loadClass", "java.lang.Runtime.exec");

    /// Types whose objects change. A static field of an interface type must be filled by `List.of` and its like.
    private static final Set<String> CHANGEABLE = Set.of(
            "java.lang.StringBuilder",
            "java.util.ArrayDeque",
            "java.util.ArrayList",
            "java.util.BitSet",
            "java.util.Deque",
            "java.util.EnumMap",
            "java.util.HashMap",
            "java.util.HashSet",
            "java.util.IdentityHashMap",
            "java.util.LinkedHashMap",
            "java.util.LinkedHashSet",
            "java.util.Queue",
            "java.util.TreeMap",
            "java.util.TreeSet",
            "java.util.WeakHashMap");

    static Stream<String> plugins() {
        return SourceTree.pluginFolders().stream();
    }

    static Stream<String> products() {
        return ReactorJars.productFolders().stream();
    }

    @ParameterizedTest
    @MethodSource("plugins")
    void aPluginStartsNoThread(String folder) {
        assertThat(classesUsed(folder, PluginRulesTest::isThreads))
                .as(
                        "%s: the runtime owns the threads; do the work in poll, and wait with Context.await or wakeAt",
                        folder)
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("plugins")
    void aPluginTouchesOnlyTheInterruptFlagOfAThread(String folder) {
        assertThat(membersUsed(folder, name -> name.startsWith("java.lang.Thread.") && !INTERRUPTS.contains(name)))
                .as("%s: the thread is lent for one poll; it is not to be made, named, stopped or put to sleep", folder)
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("plugins")
    void aPluginTakesNoLock(String folder) {
        assertThat(classesUsed(folder, name -> name.startsWith("java.util.concurrent.locks.")))
                .as("%s: code runs under the context's token, so there is nothing to lock; remove it", folder)
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("plugins")
    void aPluginDoesNotPrint(String folder) {
        assertThat(membersUsed(
                        folder, name -> name.equals("java.lang.System.out") || name.equals("java.lang.System.err")))
                .as("%s: log life cycle and faults with System.Logger; results belong into a scheme", folder)
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("plugins")
    void aPluginLooksUpNoClassByName(String folder) {
        assertThat(membersUsed(folder, BY_NAME_OR_FORCE::contains))
                .as("%s: name the class in code, so that the rules can see it", folder)
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("plugins")
    void aPluginUsesNoReflection(String folder) {
        assertThat(classesUsed(folder, name -> name.startsWith("java.lang.reflect.")))
                .as("%s: reflection belongs to ferrite.runtime.plugin", folder)
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("plugins")
    void staticFieldsAreFinal(String folder) {
        assertThat(staticFields(folder, field -> !field.flags().has(AccessFlag.FINAL)))
                .as("%s: two instances of a plug-in share static fields; make them fields of the instance", folder)
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("plugins")
    void staticFieldsHoldNothingThatChanges(String folder) {
        assertThat(staticFields(folder, PluginRulesTest::isChangeable))
                .as("%s: two instances of a plug-in share static objects; make them unmodifiable or fields", folder)
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("products")
    void nobodyIsSerializable(String folder) {
        List<String> violations = ReactorJars.of(folder).classes().stream()
                .filter(type -> type.interfaces().stream()
                        .anyMatch(face -> face.asInternalName().equals("java/io/Serializable")
                                || face.asInternalName().equals("java/io/Externalizable")))
                .map(ClassReferences::name)
                .toList();
        assertThat(violations)
                .as("%s: rings carry bytes; write a codec instead of Serializable", folder)
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("products")
    void nobodyUsesUnsafe(String folder) {
        assertThat(classesUsed(folder, name -> name.endsWith(".Unsafe")))
                .as("%s: memory is MemorySegment and VarHandle", folder)
                .isEmpty();
    }

    private static List<String> classesUsed(String folder, Predicate<String> wanted) {
        List<String> uses = new ArrayList<>();
        for (ClassModel type : ReactorJars.of(folder).classes()) {
            ClassReferences.classes(type).stream()
                    .filter(wanted)
                    .forEach(name -> uses.add(ClassReferences.name(type) + " uses " + name));
        }
        return uses;
    }

    private static List<String> membersUsed(String folder, Predicate<String> wanted) {
        List<String> uses = new ArrayList<>();
        for (ClassModel type : ReactorJars.of(folder).classes()) {
            ClassReferences.members(type).stream()
                    .filter(wanted)
                    .forEach(name -> uses.add(ClassReferences.name(type) + " uses " + name));
        }
        return uses;
    }

    private static List<String> staticFields(String folder, Predicate<FieldModel> wanted) {
        List<String> found = new ArrayList<>();
        for (ClassModel type : ReactorJars.of(folder).classes()) {
            type.fields().stream()
                    .filter(field -> field.flags().has(AccessFlag.STATIC))
                    .filter(wanted)
                    .forEach(field -> found.add(
                            ClassReferences.name(type) + '.' + field.fieldName().stringValue()));
        }
        return found;
    }

    private static boolean isThreads(String name) {
        return THREADS.stream().anyMatch(type -> name.equals(type) || name.startsWith(type + '$'));
    }

    private static boolean isChangeable(FieldModel field) {
        String type = field.fieldTypeSymbol().descriptorString();
        if (!type.startsWith("L")) {
            return false;
        }
        String name = type.substring(1, type.length() - 1).replace('/', '.');
        return CHANGEABLE.contains(name) || name.startsWith("java.util.concurrent.");
    }
}
