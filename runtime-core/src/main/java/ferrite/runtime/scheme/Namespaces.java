package ferrite.runtime.scheme;

import ferrite.runtime.context.KernelContext;
import ferrite.runtime.context.SchemeTarget;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.Layer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// Which names each context can reach, and what it may do with them: Redox's namespaces and user numbers.
///
/// | number | names |
/// |---|---|
/// | 0 | none: not even the scheme without a name |
/// | 1 | all; where a context begins, unless its parent is in another |
/// | 2 and up | those that `Mkns` was given; others answer ENODEV, as if nobody served them |
///
/// A namespace is a set of names, not of servers: when a server goes and another takes its name, its clients find that.
/// Descriptors and rings that are open stay; a descriptor that somebody sends is the right to use it.
///
/// Redox asks whether the caller is user 0. Here that is a context in namespace 1, of any layer:
///
/// | what | who | otherwise |
/// |---|---|---|
/// | register a scheme | a context in namespace 1 | EACCES |
/// | withdraw a scheme by its path | the context that serves it | EACCES |
/// | make a namespace | any, of names that it reaches itself | ENOENT |
/// | enter a namespace | who made it or is in it, if it reaches all of its names already | EPERM |
/// | `debug:` | a context in namespace 1 | EPERM |
/// | `proc:` of a context | that context, its ancestors, applications | EACCES |
/// | wait for a context | its parent | ECHILD |
/// | open or connect upward or sideways | nobody but applications | EDEADLK |
///
/// Any thread.
final class Namespaces {
    static final int NONE = 0;
    static final int ALL = 1;

    /// Namespaces that one context may have made and that are still there.
    static final int MADE_MAX = 64;

    private record Namespace(int maker, Set<String> names) {}

    private final SchemeTable schemes;

    /// Guards changes; lookups take no lock.
    private final ReentrantLock lock = new ReentrantLock();

    private final Map<Integer, Namespace> namespaces = new ConcurrentHashMap<>();
    private int last = ALL;

    Namespaces(SchemeTable schemes) {
        this.schemes = schemes;
    }

    /// Who serves a name.
    ///
    /// @throws SchemeException ENODEV if nobody does, or not for this context; EDEADLK if it is not below it
    SchemeTarget find(KernelContext context, String name) {
        SchemeTarget target =
                reaches(context.namespace(), name) ? schemes.find(name).orElse(null) : null;
        if (target == null) {
            throw new SchemeException(Errno.ENODEV, "no scheme " + name + ": is served for " + context.label());
        }
        requireBelow(context, target);
        return target;
    }

    /// A plug-in opens only what is below it. An application's thread opens everything: no plug-in waits for it.
    static void requireBelow(KernelContext context, SchemeTarget target) {
        if (target.layer() >= context.layer() && !isApplication(context)) {
            throw new SchemeException(
                    Errno.EDEADLK,
                    context.label() + " may open only lower layers, and " + target.name() + ": is not below it");
        }
    }

    /// Whether the context is above all plug-ins.
    static boolean isApplication(KernelContext context) {
        return context.layer() > Layer.APPLICATION.height();
    }

    /// The names that a context reaches, sorted, without the root scheme.
    List<String> names(KernelContext context) {
        int number = context.namespace();
        return schemes.names().stream().filter(name -> reaches(number, name)).toList();
    }

    /// @throws SchemeException EACCES
    void requireMayRegister(KernelContext context) {
        if (context.namespace() != ALL) {
            throw new SchemeException(
                    Errno.EACCES, context.label() + " is in namespace " + context.namespace() + ", not in 1");
        }
    }

    /// @return the number of a new namespace with these names, ≥ 2
    /// @throws SchemeException ENOENT for a name that the maker does not reach, ENOSPC if it has made [#MADE_MAX]
    int make(KernelContext maker, Collection<String> names) {
        lock.lock();
        try {
            for (String name : names) {
                if (!reaches(maker.namespace(), name) || schemes.find(name).isEmpty()) {
                    throw new SchemeException(Errno.ENOENT, "no scheme " + name + ": is served for " + maker.label());
                }
            }
            long made = namespaces.values().stream()
                    .filter(each -> each.maker == maker.id())
                    .count();
            if (made >= MADE_MAX) {
                throw new SchemeException(Errno.ENOSPC, maker.label() + " has made " + made + " namespaces");
            }
            last++;
            namespaces.put(last, new Namespace(maker.id(), Set.copyOf(names)));
            return last;
        } finally {
            lock.unlock();
        }
    }

    /// @throws SchemeException EPERM if the context may not enter it, or would reach more than before
    void enter(KernelContext context, long number) {
        lock.lock();
        try {
            if (!mayEnter(context, number)) {
                throw new SchemeException(
                        Errno.EPERM,
                        context.label() + " in namespace " + context.namespace() + " may not enter " + number);
            }
            context.enterNamespace((int) number);
        } finally {
            lock.unlock();
        }
    }

    /// A context has ended: what it made goes, unless one of the others is in it.
    void ended(KernelContext context, Collection<KernelContext> others) {
        lock.lock();
        try {
            namespaces
                    .entrySet()
                    .removeIf(entry -> others.stream()
                            .noneMatch(other -> other != context
                                    && (other.id() == entry.getValue().maker || other.namespace() == entry.getKey())));
        } finally {
            lock.unlock();
        }
    }

    private boolean mayEnter(KernelContext context, long number) {
        int now = context.namespace();
        if (number == now || number == NONE) {
            return true;
        }
        Namespace wanted = number == (int) number ? namespaces.get((int) number) : null;
        return wanted != null
                && wanted.maker == context.id()
                && wanted.names.stream().allMatch(name -> reaches(now, name));
    }

    private boolean reaches(int number, String name) {
        if (number == ALL) {
            return true;
        }
        Namespace namespace = namespaces.get(number);
        return namespace != null && (name.isEmpty() || namespace.names.contains(name));
    }
}
