/// Whether the rules of ARCHITECTURE.md and STYLE.md are true of what was built. Start reading at [WhoSeesWhom], the
/// table, and [DependencyTest], its check.
@NullMarked
package ferrite.architecture;

import org.jspecify.annotations.NullMarked;
