/// Harness for authors of drivers and devices: the real kernel in a unit test, or fakes of what surrounds a plug-in.
module ferrite.testkit {
    requires transitive ferrite.runtime;
    requires transitive ferrite.spi;
    requires static transitive org.junit.jupiter.api;
    requires static org.assertj.core;
    requires static org.jspecify;

    exports ferrite.testkit;
    exports ferrite.testkit.conformance;
    exports ferrite.testkit.fake;
}
