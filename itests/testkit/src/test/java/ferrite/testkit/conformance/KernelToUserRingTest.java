package ferrite.testkit.conformance;

import org.junit.jupiter.api.Timeout;

/// A ring to the kernel, behind which a scheme answers by its kernel-to-user ring.
@Timeout(60)
class KernelToUserRingTest implements RingConformance {
    @Override
    public RingSubject open() {
        return new SchemeRing(false);
    }
}
