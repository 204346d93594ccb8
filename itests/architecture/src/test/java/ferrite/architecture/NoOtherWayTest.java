package ferrite.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.classfile.ClassModel;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Rings are the only way between two plug-ins: none names another, and no contract carries an object of a plug-in's
/// own class to another plug-in.
class NoOtherWayTest {
    private static final Set<String> CARRYING_PACKAGES =
            Set.of("ferrite.spi.ring", "ferrite.spi.scheme", "ferrite.spi.context");

    /// JDK types that hold values only and that nobody can extend, and two containers that are looked into.
    private static final Set<Class<?>> VALUES =
            Set.of(String.class, byte[].class, int[].class, long[].class, void.class);

    private static final Set<Class<?>> CONTAINERS = Set.of(Optional.class, List.class);

    /// Interfaces of ours whose objects only the runtime makes; it answers EINVAL to a slice of another make.
    private static final Set<String> MADE_BY_THE_RUNTIME = Set.of(
            "ferrite.spi.buffer.BufferPool",
            "ferrite.spi.buffer.BufferSlice",
            "ferrite.spi.buffer.DmaMap",
            "ferrite.spi.ring.ConsumerInstance",
            "ferrite.spi.scheme.Request",
            "ferrite.spi.scheme.SchemeSocket");

    /// Objects of a plug-in's own that the runtime calls back in the same plug-in, inside the call that gets them.
    private static final Set<String> CALLBACKS_TO_SELF = Set.of(
            "ferrite.spi.scheme.AsyncScheme",
            "ferrite.spi.ring.CompletionHandler",
            "ferrite.spi.ring.CompletionSink",
            "java.lang.Runnable",
            "java.util.function.BooleanSupplier");

    static Stream<String> plugins() {
        return SourceTree.pluginFolders().stream();
    }

    static Stream<Class<?>> carryingInterfaces() throws ClassNotFoundException {
        List<Class<?>> found = new ArrayList<>();
        for (ClassModel type : ReactorJars.of("spi/kernel").classes()) {
            String name = ClassReferences.name(type);
            if (CARRYING_PACKAGES.contains(ClassReferences.packageOf(name)) && !name.endsWith(".package-info")) {
                Class<?> loaded = Class.forName(name, false, NoOtherWayTest.class.getClassLoader());
                if (loaded.isInterface()) {
                    found.add(loaded);
                }
            }
        }
        return found.stream();
    }

    @ParameterizedTest
    @MethodSource("plugins")
    void aPluginNamesNoOtherPlugin(String folder) {
        String own = new PluginFolder(folder).module();
        List<String> others = SourceTree.pluginFolders().stream()
                .map(other -> new PluginFolder(other).module())
                .filter(other -> !other.equals(own))
                .map(other -> other + ".*")
                .toList();
        List<String> violations = new ArrayList<>();
        for (ClassModel type : ReactorJars.of(folder).classes()) {
            ClassReferences.packages(type).stream()
                    .filter(name -> WhoSeesWhom.covers(others, name))
                    .forEach(name -> violations.add(ClassReferences.name(type) + " → " + name));
        }
        assertThat(violations)
                .as("%s names another plug-in: open its scheme instead; shared formats belong to spi/hardware", folder)
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("plugins")
    void aPluginRequiresNoOtherModuleThanTheContracts(String folder) {
        assertThat(ReactorJars.of(folder).module().requires())
                .as("requires in the module-info of %s", folder)
                .extracting(required -> required.name())
                .isSubsetOf("java.base", "ferrite.spi", "ferrite.hw", "jakarta.inject", "org.jspecify");
    }

    @ParameterizedTest
    @MethodSource("carryingInterfaces")
    void aContractCarriesOnlyValuesAndObjectsOfTheRuntime(Class<?> contract) {
        List<String> violations = new ArrayList<>();
        for (Method method : contract.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers()) && !method.isSynthetic()) {
                Stream.concat(
                                Arrays.stream(method.getGenericParameterTypes()),
                                Stream.of(method.getGenericReturnType()))
                        .filter(type -> !isHarmless(type))
                        .forEach(type -> violations.add(method.getName() + ": " + type.getTypeName()));
            }
        }
        assertThat(violations)
                .as(
                        "%s could carry an object from plug-in to plug-in: pass bytes, or argue for a line here",
                        contract.getName())
                .isEmpty();
    }

    @Test
    void theExceptionsOfThisTestExist() {
        List<String> ours = ReactorJars.of("spi/kernel").classes().stream()
                .map(ClassReferences::name)
                .toList();
        assertThat(ours)
                .as("interfaces in MADE_BY_THE_RUNTIME: remove what is gone")
                .containsAll(MADE_BY_THE_RUNTIME);
    }

    private static boolean isHarmless(Type type) {
        if (type instanceof ParameterizedType generic) {
            return CONTAINERS.contains(generic.getRawType())
                    && Arrays.stream(generic.getActualTypeArguments()).allMatch(NoOtherWayTest::isHarmless);
        }
        return type instanceof Class<?> plain
                && (isValue(plain)
                        || MADE_BY_THE_RUNTIME.contains(plain.getName())
                        || CALLBACKS_TO_SELF.contains(plain.getName()));
    }

    /// Whether every object of the type is made of numbers, texts, and the runtime's objects.
    private static boolean isValue(Class<?> type) {
        if (type.isPrimitive() || type.isEnum() || VALUES.contains(type)) {
            return true;
        }
        if (type.isSealed()) {
            return Arrays.stream(type.getPermittedSubclasses()).allMatch(NoOtherWayTest::isValue);
        }
        return type.isRecord()
                && Arrays.stream(type.getRecordComponents())
                        .map(RecordComponent::getGenericType)
                        .allMatch(NoOtherWayTest::isHarmless);
    }
}
