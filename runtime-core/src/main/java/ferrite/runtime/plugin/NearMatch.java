package ferrite.runtime.plugin;

import java.util.Collection;
import java.util.Optional;

/// Guesses what a mistyped name was meant to be.
public final class NearMatch {
    private static final int DISTANCE_MAX = 3;
    /// Shorter ones are part of too many names.
    private static final int PART_CHARACTERS_MIN = 3;

    private NearMatch() {}

    /// `, did you mean "x"?`, or nothing if no name is near.
    public static String hint(String typed, Collection<String> names) {
        return of(typed, names).map(name -> ", did you mean \"" + name + "\"?").orElse("");
    }

    /// The nearest name, at most three changes of a character away, or one that begins or goes on like it.
    public static Optional<String> of(String typed, Collection<String> names) {
        Optional<String> nearest = names.stream()
                .min((a, b) -> Integer.compare(distance(typed, a), distance(typed, b)))
                .filter(name -> distance(typed, name) <= Math.min(DISTANCE_MAX, typed.length() / 2));
        return nearest.or(() -> names.stream()
                .filter(name -> typed.length() >= PART_CHARACTERS_MIN && (name.contains(typed) || typed.contains(name)))
                .findFirst());
    }

    /// Levenshtein's distance.
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replace, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
