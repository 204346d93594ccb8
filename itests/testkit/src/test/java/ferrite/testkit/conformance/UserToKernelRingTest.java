package ferrite.testkit.conformance;

import org.junit.jupiter.api.Timeout;

/// A ring to the kernel, which answers itself.
@Timeout(60)
class UserToKernelRingTest implements RingConformance {
    @Override
    public RingSubject open() {
        return new KernelOnlyRing();
    }
}
