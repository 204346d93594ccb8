package ferrite.buffer;

import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;

/// What a cache answers to wrong use.
///
/// @param pool name of the pool
record CacheErrors(String pool) {
    SchemeException closed() {
        return new SchemeException(Errno.ESHUTDOWN, "the cache of pool " + pool + " is closed");
    }

    SchemeException notOwner() {
        return new SchemeException(
                Errno.EACCES,
                Thread.currentThread().getName() + " does not own this cache of pool " + pool
                        + "; a plug-in uses it in its turns, an application on the thread that made it");
    }

    SchemeException foreign(long handle) {
        return new SchemeException(Errno.EINVAL, of(handle) + " is not of this cache");
    }

    SchemeException stale(long handle) {
        return new SchemeException(Errno.EFAULT, of(handle) + " was released");
    }

    SchemeException released(long handle) {
        return new SchemeException(Errno.EALREADY, of(handle) + " was released before");
    }

    private String of(long handle) {
        return "handle 0x" + Long.toHexString(handle) + " of pool " + pool;
    }
}
