package ferrite.runtime.ring;

/// Keeps the fields of a subclass, which one thread writes all the time, off the cache lines of whatever the heap has
/// put before them: the fields of a superclass come first.
@SuppressWarnings({"unused", "UnusedVariable"}) // that is all they are for
abstract class Padded {
    private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15;
}
