package ferrite.container;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.osgi.framework.BundleContext;

/// Runs one test inside the probe bundle, which has its own copy of the test classes. Called by Pax Exam's extender.
public final class InContainer {
    /// Makes the test object and calls the method.
    ///
    /// @param probe the bundle of the tests
    /// @throws Throwable what the test throws
    public void run(BundleContext probe, String testClass, String method) throws Throwable {
        Class<?> type = probe.getBundle().loadClass(testClass);
        Constructor<?> constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        Method test = type.getDeclaredMethod(method);
        test.setAccessible(true);
        try {
            test.invoke(constructor.newInstance());
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
