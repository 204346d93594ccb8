/// What surrounds a plug-in, in the hands of its test: nothing runs but what the test lets run, and the clock stands
/// still. Start reading at [FakeContext]. For the real kernel see [ferrite.testkit.TestKernel].
@NullMarked
package ferrite.testkit.fake;

import org.jspecify.annotations.NullMarked;
