package ferrite.runtime;

import java.util.Map;

/// A driver wishes for another: what a write to `spawn:` says.
///
/// @param parentContextId who wishes
/// @param parentName who wishes, for messages
/// @param plugin name of the plug-in
/// @param instance name of the new instance
/// @param settings of the new instance
public record SpawnRequest(
        int parentContextId, String parentName, String plugin, String instance, Map<String, String> settings) {}
