package ferrite.testkit.conformance;

import ferrite.spi.buffer.BufferPool;
import ferrite.spi.ring.ConsumerInstance;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.scheme.SchemeName;
import java.util.function.BooleanSupplier;

/// A context as the code in it sees it, whether it is an application or a plug-in.
public interface ContextSubject {
    /// A plug-in that was started as the child of a context.
    interface Child {
        /// Number of its context.
        int id();

        /// Ends it in order.
        void end();

        /// Lets it throw in its next turn, soon.
        void fail();
    }

    /// Starts a plug-in, of a layer below, whose parent this context is.
    Child startChild();

    /// The ring to the kernel.
    ConsumerInstance kernel();

    /// Its memory.
    BufferPool pool();

    /// A ring straight to a scheme.
    ConsumerInstance connect(SchemeName scheme, RingParameters parameters);

    /// One more ring to the kernel.
    ConsumerInstance openRing(RingParameters parameters);

    /// Waits while others run.
    ///
    /// @return whether the condition holds
    boolean await(BooleanSupplier condition, long timeoutNanos);
}
