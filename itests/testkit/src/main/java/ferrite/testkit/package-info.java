/// The real kernel without OSGi, for unit tests of plug-ins. Start reading at [TestKernel].
@NullMarked
package ferrite.testkit;

import org.jspecify.annotations.NullMarked;
