package ferrite.runtime.context;

/// The far end of a ring to a scheme, which is woken.
///
/// @param scheme who serves it
record WokenServer(ServedScheme scheme) implements ConsumerRing.Server {
    @Override
    public void submitted() {
        scheme.arrived();
    }

    @Override
    public void closed() {
        scheme.context().wake();
    }
}
