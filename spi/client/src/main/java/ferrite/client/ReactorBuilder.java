package ferrite.client;

import ferrite.spi.buffer.BufferPool;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Says how a [Reactor] behaves before there is one. Rings are added to the reactor itself.
public final class ReactorBuilder {
    private static final Logger LOG = System.getLogger(ReactorBuilder.class.getName());

    final BufferPool pool;
    int requestsMax = 1024;
    long closeTimeoutNanos = TimeUnit.SECONDS.toNanos(5);
    Faults faults = thrown -> LOG.log(Level.WARNING, "a callback or task of a reactor failed", thrown);

    @Nullable
    Waiting waiting;

    ReactorBuilder(BufferPool pool) {
        this.pool = pool;
    }

    /// Most requests of the owner that one ring holds, in flight and waiting; as many more are for other threads.
    /// 1,024 if not said.
    ///
    /// @param requests 1..[Reactor#REQUESTS_MAX]
    public ReactorBuilder requestsMax(int requests) {
        if (requests < 1 || requests > Reactor.REQUESTS_MAX) {
            throw new IllegalArgumentException(requests + " requests are not in 1.." + Reactor.REQUESTS_MAX);
        }
        requestsMax = requests;
        return this;
    }

    /// How long [Reactor#close] waits for peers to answer cancellations. 5 s if not said.
    ///
    /// @param nanos 0 and up
    public ReactorBuilder closeTimeoutNanos(long nanos) {
        if (nanos < 0) {
            throw new IllegalArgumentException(nanos + " ns < 0");
        }
        closeTimeoutNanos = nanos;
        return this;
    }

    /// How the owner sleeps and is woken. If not said, [Reactor#run] enters its ring and is interrupted.
    public ReactorBuilder waiting(Waiting way) {
        waiting = way;
        return this;
    }

    /// Who is told what a callback, a task or a subscriber threw; it must not throw. The log if not said.
    public ReactorBuilder onUncaught(Consumer<Throwable> handler) {
        faults = handler::accept;
        return this;
    }

    /// A reactor without rings.
    public Reactor build() {
        return new Reactor(this);
    }
}
