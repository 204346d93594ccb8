package ferrite.client;

/// A ring of one reactor. Using it with another reactor is an IllegalArgumentException; so is using it after
/// [Reactor#remove].
public sealed interface RingId permits ConsumerRingId, ProducerRingId {
    /// Number of the reactor, unique in the JVM.
    long reactor();

    /// Place in that reactor, 0..[Reactor#RINGS_MAX] − 1.
    int index();

    /// Which use of the place.
    int use();
}
