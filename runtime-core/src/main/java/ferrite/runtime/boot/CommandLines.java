package ferrite.runtime.boot;

import java.util.ArrayList;
import java.util.List;

/// Splits what `exec` was given into commands: at `;` and at line ends, but not inside quotes or brackets.
final class CommandLines {

    private CommandLines() {}

    static List<String> split(String text) {
        List<String> commands = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        char quote = 0;
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                current.append(c).append(text.charAt(++i));
                continue;
            }
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else {
                depth += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
            }
            if (quote == 0 && depth <= 0 && (c == ';' || c == '\n')) {
                take(current, commands);
            } else {
                current.append(c);
            }
        }
        take(current, commands);
        return commands;
    }

    private static void take(StringBuilder current, List<String> commands) {
        String command = current.toString().strip();
        if (!command.isEmpty()) {
            commands.add(command);
        }
        current.setLength(0);
    }
}
