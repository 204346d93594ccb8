/// Schemes of a running machine as `java.nio.file` file systems. Start reading at [FerriteFileSystemProvider].
@NullMarked
package ferrite.client.file;

import org.jspecify.annotations.NullMarked;
