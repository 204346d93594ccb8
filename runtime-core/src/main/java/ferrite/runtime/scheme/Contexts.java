package ferrite.runtime.scheme;

import ferrite.runtime.context.KernelCall;
import ferrite.runtime.context.KernelContext;
import ferrite.spi.error.Errno;
import ferrite.spi.scheme.AsyncScheme;
import ferrite.spi.scheme.Request;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The contexts that live, and how those ended whose parents have not waited for them. Serves `Waitpid`. Any thread.
public final class Contexts implements AsyncScheme {
    /// Ended children that are remembered for one parent; of more, the first to end are forgotten.
    public static final int ENDED_MAX = 1_024;

    /// In `syscallFlags` of `Waitpid`: EAGAIN instead of waiting.
    private static final int NO_WAIT = 1;

    private record Waiter(Request request, int child) {}

    private final Map<Integer, KernelContext> live = new ConcurrentSkipListMap<>();

    /// Guards what follows. Answers are given outside it.
    private final ReentrantLock lock = new ReentrantLock();

    /// Exit statuses by parent and child.
    private final Map<Integer, LinkedHashMap<Integer, Long>> ended = new HashMap<>();

    private final Map<Request, Waiter> waiting = new LinkedHashMap<>();

    /// A context begins.
    public void add(KernelContext context) {
        live.put(context.id(), context);
    }

    /// Those that live, by number.
    public Collection<KernelContext> live() {
        return live.values();
    }

    /// A context that lives.
    public Optional<KernelContext> find(int number) {
        return Optional.ofNullable(live.get(number));
    }

    /// A context has ended.
    ///
    /// @param status 0 and up
    public void ended(KernelContext context, long status) {
        List<Waiter> told = new ArrayList<>();
        lock.lock();
        try {
            if (!live.remove(context.id(), context)) {
                return;
            }
            ended.remove(context.id());
            for (Waiter waiter : waiting.values()) {
                if (waiter.child == context.id()) {
                    told.add(waiter);
                }
            }
            told.forEach(waiter -> waiting.remove(waiter.request));
            if (told.isEmpty() && live.containsKey(context.parent())) {
                remember(context, status);
            }
        } finally {
            lock.unlock();
        }
        // It is waited for once, as in POSIX: the first to ask gets the status.
        for (int i = 0; i < told.size(); i++) {
            told.get(i).request.complete(i == 0 ? status : Errno.ECHILD.status());
        }
    }

    @Override
    public void handle(Request request) {
        if (!(request instanceof KernelCall call) || (request.syscallFlags() & ~NO_WAIT) != 0) {
            request.fail(Errno.EINVAL);
            return;
        }
        Long status;
        lock.lock();
        try {
            status = look(request, call.context());
        } finally {
            lock.unlock();
        }
        if (status != null) {
            request.complete(status);
        }
    }

    @Override
    public void cancel(Request request) {
        boolean ours;
        lock.lock();
        try {
            ours = waiting.remove(request) != null;
        } finally {
            lock.unlock();
        }
        if (ours) {
            request.fail(Errno.ECANCELED);
        }
    }

    /// @return the answer; null if it waits
    private @Nullable Long look(Request request, KernelContext parent) {
        int child = request.file() == (int) request.file() ? (int) request.file() : 0;
        LinkedHashMap<Integer, Long> known = ended.get(parent.id());
        Long status = known == null ? null : known.remove(child);
        if (status != null) {
            return status;
        }
        KernelContext context = live.get(child);
        if (context == null || context.parent() != parent.id()) {
            return Errno.ECHILD.status();
        }
        if ((request.syscallFlags() & NO_WAIT) != 0) {
            return Errno.EAGAIN.status();
        }
        waiting.put(request, new Waiter(request, child));
        return null;
    }

    private void remember(KernelContext child, long status) {
        LinkedHashMap<Integer, Long> known = ended.computeIfAbsent(child.parent(), _ -> new LinkedHashMap<>());
        if (known.size() >= ENDED_MAX) {
            known.pollFirstEntry();
        }
        known.put(child.id(), status);
    }
}
