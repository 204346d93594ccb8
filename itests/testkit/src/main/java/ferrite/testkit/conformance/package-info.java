/// What every ring, scheme, context and buffer pool must do, as JUnit interfaces: implement one in a test class and give
/// it its subject. Start reading at [RingConformance].
@NullMarked
package ferrite.testkit.conformance;

import org.jspecify.annotations.NullMarked;
