package ferrite.runtime.shell;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What `dd` was asked to do.
///
/// @param input path of a scheme, or `file:` and a path of the host
/// @param output likewise
/// @param recordBytes bytes of a record, `bs`
/// @param count most records to copy; [#ALL] = to the end
/// @param skip records of the input to leave out at its beginning
/// @param seek records of the output to leave as they are at its beginning
record DdArguments(String input, String output, int recordBytes, long count, long skip, long seek) {
    /// As many records as there are.
    static final long ALL = -1;
    /// Largest record, bytes.
    static final long RECORD_BYTES_MAX = 64 << 20;

    private static final long RECORD_BYTES_USUAL = 512;
    private static final Set<String> KEYS = Set.of("if", "of", "bs", "count", "skip", "seek");

    /// @throws CommandException naming the argument that is wrong
    static DdArguments parse(List<String> arguments) {
        Map<String, String> given = new HashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String key = equals < 0 ? argument : argument.substring(0, equals);
            if (equals < 0 || !KEYS.contains(key)) {
                throw new CommandException("\"" + argument + "\" is none of if= of= bs= count= skip= seek=");
            }
            if (given.put(key, argument.substring(equals + 1)) != null) {
                throw new CommandException(key + "= is given twice");
            }
        }
        long bytes = number(given, "bs", RECORD_BYTES_USUAL);
        if (bytes < 1 || bytes > RECORD_BYTES_MAX) {
            throw new CommandException("bs=" + given.get("bs") + " is not in 1.." + RECORD_BYTES_MAX + " bytes");
        }
        DdArguments parsed = new DdArguments(
                path(given, "if"),
                path(given, "of"),
                (int) bytes,
                number(given, "count", ALL),
                number(given, "skip", 0),
                number(given, "seek", 0));
        parsed.checkRange("count", parsed.count);
        parsed.checkRange("skip", parsed.skip);
        parsed.checkRange("seek", parsed.seek);
        if (parsed.input.equals(parsed.output)) {
            throw new CommandException("if= and of= are the same, " + parsed.input);
        }
        return parsed;
    }

    /// Most bytes to copy.
    long bytesMax() {
        return count == ALL ? Long.MAX_VALUE : count * recordBytes;
    }

    /// Where reading begins, bytes.
    long inputOffset() {
        return skip * recordBytes;
    }

    /// Where writing begins, bytes.
    long outputOffset() {
        return seek * recordBytes;
    }

    private void checkRange(String key, long records) {
        if (records > Long.MAX_VALUE / 2 / recordBytes) {
            throw new CommandException(key + "=" + records + " records of " + recordBytes + " bytes are too many");
        }
    }

    private static long number(Map<String, String> given, String key, long otherwise) {
        String text = given.get(key);
        return text == null ? otherwise : Sizes.parse(key + "=", text);
    }

    private static String path(Map<String, String> given, String key) {
        String path = given.getOrDefault(key, "");
        if (path.isEmpty()) {
            throw new CommandException(
                    key + "= is missing; give a path such as disk.NAME:0, or file:PATH for a file of the host");
        }
        return path;
    }
}
