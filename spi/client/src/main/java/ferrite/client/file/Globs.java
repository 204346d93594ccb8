package ferrite.client.file;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// The pattern language of [java.nio.file.FileSystem#getPathMatcher].
final class Globs {
    private Globs() {}

    /// @param syntaxAndPattern `glob:…` or `regex:…`
    /// @throws UnsupportedOperationException for another syntax
    /// @throws PatternSyntaxException for a pattern that is not complete
    static Pattern pattern(String syntaxAndPattern) {
        int colon = syntaxAndPattern.indexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("\"" + syntaxAndPattern + "\" is not glob:PATTERN or regex:PATTERN");
        }
        String syntax = syntaxAndPattern.substring(0, colon);
        String text = syntaxAndPattern.substring(colon + 1);
        if (syntax.equalsIgnoreCase("regex")) {
            return Pattern.compile(text);
        }
        if (syntax.equalsIgnoreCase("glob")) {
            return Pattern.compile(regex(text), Pattern.DOTALL);
        }
        throw new UnsupportedOperationException("pattern syntax " + syntax);
    }

    private static String regex(String glob) {
        StringBuilder regex = new StringBuilder();
        boolean inGroup = false;
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            switch (c) {
                case '*' -> {
                    boolean two = i + 1 < glob.length() && glob.charAt(i + 1) == '*';
                    regex.append(two ? ".*" : "[^/]*");
                    i += two ? 1 : 0;
                }
                case '?' -> regex.append("[^/]");
                case '[' -> i = bracket(glob, i, regex);
                case '{' -> {
                    if (inGroup) {
                        throw new PatternSyntaxException("a group in a group", glob, i);
                    }
                    inGroup = true;
                    regex.append("(?:(?:");
                }
                case '}' -> {
                    regex.append(inGroup ? "))" : "\\}");
                    inGroup = false;
                }
                case ',' -> regex.append(inGroup ? ")|(?:" : ",");
                case '\\' -> {
                    if (++i == glob.length()) {
                        throw new PatternSyntaxException("nothing after \\", glob, i - 1);
                    }
                    regex.append(Pattern.quote(glob.substring(i, i + 1)));
                }
                default -> regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        if (inGroup) {
            throw new PatternSyntaxException("no } after {", glob, glob.length() - 1);
        }
        return regex.toString();
    }

    /// Copies a bracket expression; a slash is never in one.
    ///
    /// @return place of the closing bracket
    private static int bracket(String glob, int open, StringBuilder regex) {
        int close = glob.indexOf(']', open + 2);
        if (close < 0) {
            throw new PatternSyntaxException("no ] after [", glob, open);
        }
        int i = open + 1;
        regex.append("[[^/]&&[");
        if (glob.charAt(i) == '!') {
            regex.append('^');
            i++;
        }
        for (; i < close; i++) {
            char c = glob.charAt(i);
            if (c == '/') {
                throw new PatternSyntaxException("a slash in brackets", glob, i);
            }
            boolean plain = c == '-' || Character.isLetterOrDigit(c);
            regex.append(plain ? "" : "\\").append(c);
        }
        regex.append("]]");
        return close;
    }
}
