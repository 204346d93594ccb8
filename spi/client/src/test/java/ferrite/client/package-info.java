@NullMarked
package ferrite.client;

import org.jspecify.annotations.NullMarked;
