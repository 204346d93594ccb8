package ferrite.runtime.context;

/// Who answers for a scheme: one of the kernel's own, or a plug-in behind its kernel-to-user ring.
public interface SchemeTarget {
    String name();

    /// Height of the server in the stack; −1 for the kernel's own.
    int layer();

    /// Whether it has gone: everything on it answers ENODEV.
    boolean isGone();

    /// Takes a call; it is completed now or later, exactly once. Any thread; never waits.
    void handle(KernelCall call);

    /// The caller wants a call back. Any thread; never waits.
    void cancel(KernelCall call);
}
