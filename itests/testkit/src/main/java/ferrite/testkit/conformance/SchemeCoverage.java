package ferrite.testkit.conformance;

import java.lang.reflect.Constructor;
import java.util.Set;
import java.util.TreeSet;

/// For which schemes a test class has subjects: so that a test can say that none is forgotten.
///
/// ```java
/// assertThat(SchemeCoverage.of(this)).containsAll(kernel.schemeNames());
/// ```
public final class SchemeCoverage {
    private SchemeCoverage() {}

    /// The names of the schemes that the nested classes of a test make subjects of. Each of them is opened once.
    ///
    /// @param test an instance of the class around them
    /// @throws IllegalStateException for a nested class that cannot be made
    public static Set<String> of(Object test) {
        Set<String> names = new TreeSet<>();
        for (Class<?> nested : test.getClass().getDeclaredClasses()) {
            if (SchemeConformance.class.isAssignableFrom(nested)) {
                try (SchemeSubject subject = make(nested, test).openScheme()) {
                    names.add(subject.name());
                }
            }
        }
        return names;
    }

    private static SchemeConformance make(Class<?> nested, Object test) {
        try {
            Constructor<?> constructor = nested.getDeclaredConstructor(test.getClass());
            constructor.setAccessible(true);
            return (SchemeConformance) constructor.newInstance(test);
        } catch (ReflectiveOperationException notOurs) {
            throw new IllegalStateException(nested + " is no inner class of " + test.getClass(), notOurs);
        }
    }
}
