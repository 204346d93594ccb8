@NullMarked
package ferrite.client.file;

import org.jspecify.annotations.NullMarked;
