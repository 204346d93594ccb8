package ferrite.runtime;

import java.util.List;

/// What there is, for people; but for the pools one line each.
///
/// @param contexts number, name, layer, descriptors
/// @param rings kind, state, fill levels, ends
/// @param pools one for each context, with who holds what
/// @param systemCalls of instances that have ended, with what is kept until they return
/// @param plugins instances and their states
/// @param schemes names that are served
public record KernelSnapshot(
        List<String> contexts,
        List<String> rings,
        List<PoolSnapshot> pools,
        List<String> systemCalls,
        List<String> plugins,
        List<String> schemes) {}
