package ferrite.runtime.plugin;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/// An interface that a third-party bundle defines and the runtime implements, such as a shell command for Gogo.
///
/// The runtime is not compiled against such bundles: they are replaceable and live in Felix's class loaders.
public final class BundleInterface {
    private final Class<?> type;

    /// What implements the interface.
    @FunctionalInterface
    public interface Behaviour {
        /// One call.
        ///
        /// @param method its name
        /// @param arguments in order
        /// @throws Exception as the interface allows
        @Nullable
        Object call(String method, List<?> arguments) throws Exception;
    }

    private BundleInterface(Class<?> type) {
        this.type = type;
    }

    /// @param bundle that defines the interface; it is resolved
    /// @throws IllegalStateException if it does not
    public static BundleInterface of(Bundle bundle, String name) {
        try {
            return new BundleInterface(bundle.loadClass(name));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(bundle + " has no " + name, e);
        }
    }

    /// The loader of a bundle's classes; the bundle is resolved.
    public static ClassLoader loader(Bundle bundle) {
        return bundle.adapt(BundleWiring.class).getClassLoader();
    }

    /// Its full name, under which services are registered.
    public String name() {
        return type.getName();
    }

    /// An object of this interface.
    public Object implement(Behaviour behaviour) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, given) -> {
            if (method.getDeclaringClass() == Object.class) {
                return ofObject(self, method, given);
            }
            return behaviour.call(method.getName(), given == null ? List.of() : List.of(given));
        });
    }

    @SuppressWarnings("ReferenceEquality")
    private Object ofObject(Object self, Method method, @Nullable Object @Nullable [] given) {
        return switch (method.getName()) {
            case "equals" -> given != null && self == given[0];
            case "hashCode" -> System.identityHashCode(self);
            default -> "the runtime's " + type.getSimpleName();
        };
    }
}
