/// The machine under test and what is done to it. These classes exist once; inside the framework the tests get them from
/// outside, by boot delegation. Start reading at [ContainerMachine].
@NullMarked
package ferrite.container.machine;

import org.jspecify.annotations.NullMarked;
