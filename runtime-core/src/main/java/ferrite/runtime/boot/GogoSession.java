package ferrite.runtime.boot;

import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One session of Gogo's command processor, by reflection: the runtime is not compiled against Gogo, which lives in a
/// bundle.
final class GogoSession implements AutoCloseable {
    /// `Converter.INSPECT`: all there is to say.
    private static final int INSPECT = 0;

    private final Object session;

    private GogoSession(Object session) {
        this.session = session;
    }

    /// @param processor Gogo's service `CommandProcessor`
    static GogoSession create(Object processor, InputStream in, OutputStream out, OutputStream err) {
        try {
            Method create = processor
                    .getClass()
                    .getMethod("createSession", InputStream.class, OutputStream.class, OutputStream.class);
            return new GogoSession(create.invoke(processor, in, out, err));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Gogo is not the one that the runtime was made for", e);
        }
    }

    void put(String name, Object value) {
        try {
            call("put", new Class<?>[] {String.class, Object.class}, name, value);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("Gogo takes no variable " + name, e);
        }
    }

    /// Runs a command; a result that it did not print itself is given as text.
    ///
    /// @throws InvocationTargetException around what the command threw
    Optional<String> execute(String command) throws InvocationTargetException {
        Object result = call("execute", new Class<?>[] {CharSequence.class}, command);
        if (result == null) {
            return Optional.empty();
        }
        return Optional.ofNullable(call("format", new Class<?>[] {Object.class, int.class}, result, INSPECT))
                .map(Object::toString);
    }

    /// One line for a person.
    static String message(InvocationTargetException thrown) {
        Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
        String message = cause.getMessage();
        return message == null ? cause.toString() : message;
    }

    @Override
    public void close() {
        try {
            call("close", new Class<?>[0]);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("Gogo's session does not close", e);
        }
    }

    private @Nullable Object call(String name, Class<?>[] types, Object... arguments) throws InvocationTargetException {
        try {
            return session.getClass().getMethod(name, types).invoke(session, arguments);
        } catch (NoSuchMethodException | IllegalAccessException e) {
            throw new IllegalStateException("this Gogo is not the one that the runtime was made for", e);
        }
    }
}
