package ferrite.buffer;

import ferrite.spi.error.SchemeException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a step under a pool's lock leaves to be done without it: regions to close, which ends views and takes a while,
/// and the first failure that did not keep the step from being done. One thread.
final class Leftover {
    private static final System.Logger LOG = System.getLogger(SharedBufferPool.class.getName());

    private final List<Region> regions = new ArrayList<>(1);
    private @Nullable SchemeException failure;

    void close(Region region) {
        regions.add(region);
    }

    void failed(SchemeException why) {
        if (failure == null) {
            failure = why;
        }
    }

    void closeRegions() {
        regions.forEach(Region::close);
    }

    /// For a step whose caller is the owner of the bytes.
    void throwFailure() {
        if (failure != null) {
            throw failure;
        }
    }

    /// For a step whose caller has nothing to do with the bytes.
    void logFailure() {
        if (failure != null) {
            log(failure);
        }
    }

    static void log(SchemeException failure) {
        LOG.log(Level.ERROR, failure.getMessage());
    }
}
