package ferrite.container;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// The tests of this class run in a bundle, in an OSGi framework with the default machine; one framework for the class.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(PaxExamExtension.class)
@interface OnMachine {
    /// Plug-ins that are not installed at the start.
    String[] without() default {};
}
