/// The stress tests in their short form, as part of the build.
@NullMarked
package ferrite.proofs;

import org.jspecify.annotations.NullMarked;
