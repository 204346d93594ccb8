/// How plug-in jars become running instances: layers, the catalog, the host, and OSGi around them. Start reading at
/// [ferrite.runtime.plugin.PluginHost]; without OSGi at [ferrite.runtime.plugin.PluginPath].
@NullMarked
package ferrite.runtime.plugin;

import org.jspecify.annotations.NullMarked;
