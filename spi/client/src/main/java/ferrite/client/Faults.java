package ferrite.client;

/// Takes what a callback, a task or a subscriber throws.
@FunctionalInterface
interface Faults {
    void uncaught(Throwable thrown);
}
