/// System calls of Linux through `java.lang.foreign`: nothing but the calls, their structures and their error numbers.
@NullMarked
package ferrite.filed.linux;

import org.jspecify.annotations.NullMarked;
