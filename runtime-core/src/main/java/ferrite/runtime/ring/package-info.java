/// Rings: the memory two sides share, and what each side believes of the other. Start reading at [Ring], then
/// [ConsumerEnd] for the argument why a completion always has a place.
@NullMarked
package ferrite.runtime.ring;

import org.jspecify.annotations.NullMarked;
