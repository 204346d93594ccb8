/// Files of the host: names below a folder ([HostFolder]), what was opened there ([HostFile]), and who moves the bytes
/// ([HostIo]). What may block says so and is offloaded by its user; the rest belongs to the plug-in's token.
@NullMarked
package ferrite.filed.host;

import org.jspecify.annotations.NullMarked;
