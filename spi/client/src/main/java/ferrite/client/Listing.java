package ferrite.client;

import java.util.List;

/// Some names of a directory.
///
/// @param names empty at the end
/// @param next cursor of what follows
public record Listing(List<String> names, long next) {
    /// Copies the list.
    public Listing {
        names = List.copyOf(names);
    }
}
