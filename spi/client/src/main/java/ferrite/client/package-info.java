/// Asking over rings: futures, blocking calls and callbacks that one owner drives. Start reading at [Reactor] and
/// [Handle].
@NullMarked
package ferrite.client;

import org.jspecify.annotations.NullMarked;
