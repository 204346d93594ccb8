package ferrite.runtime.shell;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Numbers of bytes as people write them: `512`, `4k`, `1M`, `2G`, by 1024; and as people read them.
final class Sizes {
    private static final Pattern NUMBER = Pattern.compile("([0-9]{1,18})([kKmMgG]?)");

    private Sizes() {}

    /// @param name of the argument, for messages
    /// @throws CommandException if it is no number, or too large
    static long parse(String name, String text) {
        Matcher matcher = NUMBER.matcher(text);
        if (!matcher.matches()) {
            throw new CommandException(name + " \"" + text + "\" is no number; write 512, 4k, 1M or 2G");
        }
        int shift = switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
            case "k" -> 10;
            case "m" -> 20;
            case "g" -> 30;
            default -> 0;
        };
        long number = Long.parseLong(matcher.group(1));
        if (number > Long.MAX_VALUE >> shift) {
            throw new CommandException(name + " \"" + text + "\" is too large");
        }
        return number << shift;
    }

    /// `64.0 MiB`.
    static String readable(double bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        double value = bytes;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
    }
}
