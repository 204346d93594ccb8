package ferrite.runtime.scheme;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// The open files of one kernel scheme, by number. Numbers are not reused. Any thread.
///
/// @param <T> what the scheme keeps for a file
final class OpenFiles<T> {
    private final Map<Long, T> files = new ConcurrentHashMap<>();
    private final AtomicLong next = new AtomicLong(1);

    long add(T file) {
        long number = next.getAndIncrement();
        files.put(number, file);
        return number;
    }

    /// @throws SchemeException EBADF
    T get(long number) {
        T file = files.get(number);
        if (file == null) {
            throw new SchemeException(Errno.EBADF, "file " + number);
        }
        return file;
    }

    /// What is open under a number; for requests that are taken back, which may come after the close.
    Optional<T> find(long number) {
        return Optional.ofNullable(files.get(number));
    }

    void forEach(Consumer<T> action) {
        files.values().forEach(action);
    }

    Optional<T> remove(long number) {
        return Optional.ofNullable(files.remove(number));
    }
}
