/// The program: command line, machine file, OSGi framework, and the order in which a machine comes up and goes down.
/// Start reading at [ferrite.runtime.boot.Main], then [ferrite.runtime.boot.Machine].
@NullMarked
package ferrite.runtime.boot;

import org.jspecify.annotations.NullMarked;
