package ferrite.runtime.context;

/// The far end of a ring to a scheme, which is woken.
///
/// @param scheme who serves it
/// @param asker whose token is held by who submits
record WokenServer(ServedScheme scheme, KernelContext asker) implements ConsumerRing.Server {
    @Override
    public void submitted() {
        scheme.arrived(asker);
    }

    @Override
    public void closed() {
        scheme.context().wake();
    }
}
