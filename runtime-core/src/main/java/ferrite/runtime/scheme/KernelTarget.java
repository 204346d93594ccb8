package ferrite.runtime.scheme;

import ferrite.runtime.context.KernelCall;
import ferrite.runtime.context.SchemeTarget;
import ferrite.spi.error.SchemeException;
import ferrite.spi.scheme.AsyncScheme;

/// A scheme of the kernel's own, called inline on the asker's thread. It must be safe for several threads.
///
/// @param name of the scheme
/// @param scheme its operations
record KernelTarget(String name, AsyncScheme scheme) implements SchemeTarget {
    @Override
    public int layer() {
        return -1;
    }

    @Override
    public boolean isGone() {
        return false;
    }

    @Override
    public void handle(KernelCall call) {
        try {
            scheme.handle(call);
        } catch (SchemeException failed) {
            call.fail(failed.errno());
        }
    }

    @Override
    public void cancel(KernelCall call) {
        scheme.cancel(call);
    }
}
