/// The commands of the shell, over the same rings that applications use. Start reading at
/// [ferrite.runtime.shell.Command], then [ferrite.runtime.shell.Commands].
@NullMarked
package ferrite.runtime.shell;

import org.jspecify.annotations.NullMarked;
