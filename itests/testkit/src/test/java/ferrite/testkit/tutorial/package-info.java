/// The device that `CONTRIBUTING.md` walks through.
@NullMarked
package ferrite.testkit.tutorial;

import org.jspecify.annotations.NullMarked;
