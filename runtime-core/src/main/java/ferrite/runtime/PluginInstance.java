package ferrite.runtime;

import ferrite.buffer.DeviceAddressMap;
import ferrite.buffer.Revocation;
import ferrite.buffer.ViewArena;
import ferrite.runtime.context.ContextView;
import ferrite.runtime.context.KernelContext;
import ferrite.runtime.context.Syscalls;
import ferrite.runtime.schedule.Scheduler;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.Plugin;
import ferrite.spi.plugin.PluginState;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A plug-in that runs in a context, and how its code is exchanged while the context stays.
///
/// Swap: the successor is constructed beside the incumbent; new requests are held back in the rings; the incumbent
/// takes turns until no request is in work; it saves its state; the successor restores it and takes a first turn, still
/// without new requests; then requests flow again. Any failure on the way puts the incumbent back. Clients see only
/// that answers take longer.
public final class PluginInstance {
    private static final Logger LOG = System.getLogger(PluginInstance.class.getName());

    /// Pieces of work of one turn: enough to amortise a turn, few enough to share a thread.
    private static final int TURN_BUDGET = 64;

    private static final long DRAIN_PARK_NANOS = 50_000;

    /// One plug-in object with everything that ends with it.
    private record Incarnation(Plugin plugin, ContextView context, ViewArena arena) {}

    private final LaunchSpec spec;
    private final KernelContext context;
    private final Syscalls syscalls;
    private final Scheduler scheduler;
    private final DeviceAddressMap devices;

    /// One change at a time.
    private final ReentrantLock changing = new ReentrantLock();

    /// Written under the context's token.
    private volatile @Nullable Incarnation now;

    private volatile InstanceState state = InstanceState.SUSPENDED;
    private volatile boolean settled;
    private volatile @Nullable String failure;
    private @Nullable PluginState saved;

    /// @param devices address map for which the plug-in is the device; an empty one if it masters no bus
    PluginInstance(
            LaunchSpec spec, KernelContext context, Syscalls syscalls, Scheduler scheduler, DeviceAddressMap devices) {
        this.spec = spec;
        this.context = context;
        this.syscalls = syscalls;
        this.scheduler = scheduler;
        this.devices = devices;
        context.isDevice(devices);
    }

    /// Name of the instance, `xhcid@0000:00:04.0`.
    public String name() {
        return spec.instance();
    }

    /// Name of the plug-in, `xhcid`.
    public String plugin() {
        return spec.plugin();
    }

    public InstanceState state() {
        return state;
    }

    /// Why it failed; empty if it did not.
    public Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    /// Requests that it has received and not answered, armed multi-shot ones included.
    public int requestsHeld() {
        return context.requestsHeld();
    }

    KernelContext context() {
        return context;
    }

    boolean isSettled() {
        return settled || state != InstanceState.RUNNING;
    }

    /// Constructs and starts it. The caller holds the context's token, and gives it back.
    void start(PluginFactory factory) {
        Thread before = context.hold();
        Incarnation first = null;
        try {
            first = construct(factory, context.view());
            first.plugin.start();
            run(first);
        } catch (Throwable failed) {
            if (first != null) {
                discard(first);
            }
            abandon(failed);
            throw new PluginException(
                    name() + " (" + plugin() + ") did not start: " + reason(failed) + "; nothing of it is left",
                    failed);
        } finally {
            context.unhold(before);
        }
        scheduler.begin(context);
    }

    /// Replaces the code by the successor's. Requests in flight stay in flight.
    ///
    /// @param drainLimit how long the incumbent may take to finish what it has received
    /// @throws PluginException if it is not running, cannot drain, or the successor fails; the incumbent runs on
    public SwapReport swap(PluginFactory factory, Duration drainLimit) {
        changing.lock();
        try {
            Incarnation incumbent = running("swap");
            ViewArena arena = new ViewArena(name());
            Incarnation successor = constructBeside(factory, arena);
            long begin = System.nanoTime();
            context.setQuiescing(true);
            if (!drain(incumbent, begin + drainLimit.toNanos())) {
                revoke(arena);
                throw new PluginException(name() + " was not swapped: " + context.requestsHeld()
                        + " requests were still in work after " + drainLimit.toMillis()
                        + " ms; it runs on, try again or stop it");
            }
            try {
                long drained = System.nanoTime();
                PluginState handedOver = saveFor(successor, incumbent);
                int held = context.requestsWaiting();
                takeOver(incumbent, successor, handedOver);
                long end = System.nanoTime();
                return new SwapReport(
                        name(),
                        Duration.ofNanos(end - begin),
                        Duration.ofNanos(drained - begin),
                        held,
                        handedOver.bytes().length);
            } finally {
                context.setQuiescing(false);
                giveBack();
            }
        } finally {
            changing.unlock();
        }
    }

    /// Takes the code away; the context and all requests in its rings wait for [#resume].
    ///
    /// @throws PluginException if it is not running or cannot drain; it runs on
    public void suspend(Duration drainLimit) {
        changing.lock();
        try {
            Incarnation incumbent = running("suspended");
            context.setQuiescing(true);
            if (!drain(incumbent, System.nanoTime() + drainLimit.toNanos())) {
                throw new PluginException(name() + " was not suspended: " + context.requestsHeld()
                        + " requests were still in work after " + drainLimit.toMillis() + " ms");
            }
            try {
                saved = incumbent.plugin.save();
                state = InstanceState.SUSPENDED;
                now = null;
                incumbent.context.revoke();
                revoke(context.exchangeView(new ViewArena(name())));
            } finally {
                giveBack();
            }
        } finally {
            changing.unlock();
        }
    }

    /// Ends a [#suspend] with a successor, or with the same code again.
    ///
    /// @throws PluginException if it is not suspended or the successor fails; it stays suspended
    public void resume(PluginFactory factory) {
        changing.lock();
        try {
            PluginState handedOver = saved;
            if (state != InstanceState.SUSPENDED || handedOver == null) {
                throw new PluginException(name() + " is " + state + ", not suspended");
            }
            scheduler.claim(context);
            try {
                scheduler.inRunner(() -> {
                    Incarnation successor = construct(factory, context.view());
                    try {
                        successor.plugin.restore(handedOver);
                        firstTurn(successor);
                    } catch (Throwable failed) {
                        discard(successor);
                        throw failed;
                    }
                    run(successor);
                });
                saved = null;
                context.setQuiescing(false);
            } catch (Throwable failed) {
                revoke(context.exchangeView(new ViewArena(name())));
                throw new PluginException(
                        name() + " stays suspended: its successor failed: " + reason(failed)
                                + "; its requests wait; install a working version or stop it",
                        failed);
            } finally {
                giveBack();
            }
        } finally {
            changing.unlock();
        }
    }

    /// Ends it for good: its schemes disappear, its clients get ENODEV.
    public void stop() {
        changing.lock();
        try {
            if (state == InstanceState.STOPPED || state == InstanceState.FAILED) {
                return;
            }
            scheduler.claim(context);
            Incarnation last = now;
            state = InstanceState.STOPPED;
            now = null;
            try {
                scheduler.inRunner(() -> {
                    if (last != null) {
                        end(last, last.plugin::stop);
                    }
                    context.end();
                });
            } finally {
                context.unhold(null); // the token stays taken, the thread goes
            }
        } finally {
            changing.unlock();
        }
    }

    private Incarnation running(String wish) {
        Incarnation incarnation = now;
        if (state != InstanceState.RUNNING || incarnation == null) {
            throw new PluginException(name() + " is " + state + " and cannot be " + wish
                    + failure().map(f -> ": " + f).orElse(""));
        }
        return incarnation;
    }

    /// Takes turns until the plug-in says that nothing is in work.
    ///
    /// @return whether it is; then the token is ours. Otherwise requests flow again.
    private boolean drain(Incarnation incumbent, long deadline) {
        while (state == InstanceState.RUNNING) {
            scheduler.claim(context);
            if (state == InstanceState.RUNNING) {
                scheduler.inRunner(this::turn);
            }
            if (state == InstanceState.RUNNING && incumbent.plugin.isQuiet()) {
                return true;
            }
            giveBack();
            if (System.nanoTime() - deadline > 0) {
                break;
            }
            LockSupport.parkNanos(DRAIN_PARK_NANOS);
        }
        context.setQuiescing(false);
        context.wake();
        return false;
    }

    private Incarnation constructBeside(PluginFactory factory, ViewArena arena) {
        try {
            return construct(factory, arena);
        } catch (Throwable failed) {
            revoke(arena);
            throw new PluginException(
                    name() + " was not swapped: the successor's constructor failed: " + reason(failed)
                            + "; the incumbent runs on",
                    failed);
        }
    }

    private PluginState saveFor(Incarnation successor, Incarnation incumbent) {
        try {
            return incumbent.plugin.save();
        } catch (Throwable failed) {
            discard(successor);
            revoke(successor.arena);
            throw new PluginException(
                    name() + " was not swapped: it could not save its state: " + reason(failed) + "; it runs on",
                    failed);
        }
    }

    private void takeOver(Incarnation incumbent, Incarnation successor, PluginState handedOver) {
        // Before the successor can answer a request or close a slice that a system call of the incumbent may still
        // fill.
        Revocation ofIncumbent = context.revocation(incumbent.arena);
        context.exchangeView(successor.arena);
        try {
            scheduler.inRunner(() -> {
                successor.plugin.restore(handedOver);
                firstTurn(successor);
            });
        } catch (Throwable failed) {
            discard(successor);
            context.exchangeView(incumbent.arena);
            revoke(successor.arena);
            ofIncumbent.abandon();
            rollBack(incumbent, handedOver);
            throw new PluginException(
                    name() + " was not swapped: the successor failed: " + reason(failed) + "; the incumbent runs on",
                    failed);
        }
        run(successor);
        incumbent.context.revoke();
        context.revoke(ofIncumbent);
    }

    private void revoke(ViewArena arena) {
        context.revoke(context.revocation(arena));
    }

    private void rollBack(Incarnation incumbent, PluginState handedOver) {
        try {
            scheduler.inRunner(() -> incumbent.plugin.restore(handedOver));
        } catch (Throwable failed) {
            fail(failed);
            throw new PluginException(
                    name() + " failed: its successor failed and it could not take back its own state: " + reason(failed)
                            + "; its clients get ENODEV, install a working version",
                    failed);
        }
    }

    /// An instance that will never take a turn gives back what it has of the host.
    private void discard(Incarnation incarnation) {
        end(incarnation, incarnation.plugin::letGo);
    }

    private void end(Incarnation incarnation, Runnable last) {
        try {
            last.run();
        } catch (Throwable failed) {
            LOG.log(Level.WARNING, () -> name() + " failed while stopping: " + reason(failed));
        }
        incarnation.context.revoke();
    }

    private void firstTurn(Incarnation successor) {
        successor.plugin.poll(TURN_BUDGET);
        context.flush();
    }

    private Incarnation construct(PluginFactory factory, ViewArena arena) {
        ContextView view = new ContextView(context, syscalls, arena);
        Plugin plugin = factory.create(view, devices.deviceMemory(arena), view.pool());
        return new Incarnation(plugin, view, arena);
    }

    private void run(Incarnation incarnation) {
        now = incarnation;
        state = InstanceState.RUNNING;
        settled = incarnation.plugin.isSettled();
        context.assign(this::turn);
    }

    /// One turn of duty, under the token.
    private boolean turn() {
        Incarnation incarnation = now;
        if (incarnation == null || state != InstanceState.RUNNING) {
            return false;
        }
        try {
            context.beginTurn();
            int found = incarnation.plugin.poll(TURN_BUDGET);
            // Once more at once, for what this work may have brought about: cheaper than another turn. But who found
            // nothing except requests, and all that were there, has nothing left that will not wake it.
            if (found > 0 && found < TURN_BUDGET && found != context.handedOver()) {
                found = incarnation.plugin.poll(TURN_BUDGET);
            } else if (found < TURN_BUDGET) {
                found = 0;
            }
            boolean nowSettled = incarnation.plugin.isSettled();
            if (nowSettled != settled) {
                settled = nowSettled;
            }
            context.flush();
            return found > 0;
        } catch (Throwable failed) { // also a checked one, which a plug-in can throw unannounced
            fail(failed);
            return false;
        }
    }

    private void fail(Throwable cause) {
        Incarnation failed = now;
        state = InstanceState.FAILED;
        failure = reason(cause);
        now = null;
        if (failed != null) {
            failed.context.revoke();
        }
        if (cause instanceof SchemeException peer && peer.errno() == Errno.ENODEV) {
            LOG.log(
                    Level.INFO,
                    () -> name() + " (" + plugin() + ") ended, for what it drove is gone: " + reason(cause));
        } else {
            LOG.log(
                    Level.ERROR,
                    () -> name() + " (" + plugin() + ") failed and was taken out: " + reason(cause)
                            + "; its clients get ENODEV, everything else goes on",
                    cause);
        }
        context.end();
    }

    private void abandon(Throwable cause) {
        state = InstanceState.FAILED;
        failure = reason(cause);
        scheduler.inRunner(context::end);
    }

    /// After a change: the token goes back unless the context has ended.
    private void giveBack() {
        scheduler.release(context);
    }

    private static String reason(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getName() : message;
    }
}
