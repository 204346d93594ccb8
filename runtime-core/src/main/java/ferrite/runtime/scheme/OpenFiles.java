package ferrite.runtime.scheme;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

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

    Optional<T> remove(long number) {
        return Optional.ofNullable(files.remove(number));
    }
}
