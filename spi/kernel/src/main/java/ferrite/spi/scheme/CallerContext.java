package ferrite.spi.scheme;

/// Who asks.
///
/// @param contextId number of the asking context
/// @param name of the asking context, for messages
/// @param layer height of the asking context in the stack, [ferrite.spi.plugin.Layer#height()]; an application is above all of them
public record CallerContext(int contextId, String name, int layer) {}
