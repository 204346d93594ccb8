package ferrite.runtime.context;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// An open file: who serves it, its number there, and the position that `Read` and `Write` share. Several descriptors
/// may name one description.
public final class FileDescription {
    private final SchemeTarget target;
    private final long file;
    private final String path;
    private final long flags;
    private final AtomicInteger descriptors = new AtomicInteger(1);
    private final AtomicLong position = new AtomicLong();

    public FileDescription(SchemeTarget target, long file, String path, long flags) {
        this.target = target;
        this.file = file;
        this.path = path;
        this.flags = flags;
    }

    public SchemeTarget target() {
        return target;
    }

    /// The scheme's own number.
    public long file() {
        return file;
    }

    /// For people: `disk.x:0`.
    public String path() {
        return path;
    }

    /// [ferrite.spi.scheme.OpenFlags].
    public long flags() {
        return flags;
    }

    public AtomicLong position() {
        return position;
    }

    public void retain() {
        descriptors.incrementAndGet();
    }

    /// @return whether that was the last descriptor
    public boolean release() {
        return descriptors.decrementAndGet() == 0;
    }
}
