package ferrite.runtime;

import java.util.List;

/// What there is, for people, one line each.
///
/// @param contexts number, name, layer, descriptors
/// @param rings kind, state, fill levels, ends
/// @param pools capacity, bytes in use, guarded slices
/// @param plugins instances and their states
/// @param schemes names that are served
public record KernelSnapshot(
        List<String> contexts, List<String> rings, List<String> pools, List<String> plugins, List<String> schemes) {}
