/// Harness for authors of drivers and devices: the real kernel in a unit test.
module ferrite.testkit {
    requires transitive ferrite.runtime;
    requires transitive ferrite.spi;
    requires static org.jspecify;

    exports ferrite.testkit;
}
