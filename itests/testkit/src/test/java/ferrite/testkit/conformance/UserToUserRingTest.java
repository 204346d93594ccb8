package ferrite.testkit.conformance;

import org.junit.jupiter.api.Timeout;

/// A ring straight to a scheme.
@Timeout(60)
class UserToUserRingTest implements RingConformance {
    @Override
    public RingSubject open() {
        return new SchemeRing(true);
    }
}
