/// Contexts: descriptors, rings, memory and the plug-in that runs in them. Start reading at [KernelContext].
@NullMarked
package ferrite.runtime.context;

import org.jspecify.annotations.NullMarked;
