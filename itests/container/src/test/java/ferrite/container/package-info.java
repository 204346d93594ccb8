/// Tests of a machine in a real OSGi framework. Start reading at [PaxExamExtension].
@NullMarked
package ferrite.container;

import org.jspecify.annotations.NullMarked;
