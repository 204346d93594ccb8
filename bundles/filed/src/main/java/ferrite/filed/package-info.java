/// Serves files of the host as `file:`. Start reading at [FileServer]; [FileScheme] is what clients see, `host` what
/// the host is asked, `uring` and `linux` how.
@NullMarked
package ferrite.filed;

import org.jspecify.annotations.NullMarked;
