package ferrite.hw;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// One section of a file in `vectors/`: bytes written by hand from a specification, and what they mean.
///
/// Sections are separated by `---`. A line with `#` is a comment, one with ` = ` a field, another hex bytes.
/// A record with a component named `type` may say both its class and that field: the first `type` is the class.
record HexVector(String file, String comment, Octets bytes, String type, Map<String, String> fields) {
    static List<HexVector> read(String file) {
        try (InputStream in = HexVector.class.getResourceAsStream("/vectors/" + file + ".hex")) {
            if (in == null) {
                throw new IllegalStateException("no vectors/" + file + ".hex");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            List<HexVector> sections = new ArrayList<>();
            for (String section : text.split("\n---\n", -1)) {
                sections.add(parse(file, section));
            }
            return sections;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HexVector parse(String file, String section) {
        StringBuilder comment = new StringBuilder();
        StringBuilder hex = new StringBuilder();
        Map<String, String> fields = new TreeMap<>();
        String type = "";
        for (String line : section.lines().toList()) {
            int equals = line.indexOf(" = ");
            if (line.startsWith("#")) {
                comment.append(line.substring(1).strip());
            } else if (equals < 0) {
                hex.append(line.replace(" ", ""));
            } else if (line.startsWith("type = ") && type.isEmpty() && !file.equals("endpoint-context")) {
                type = line.substring(equals + 3);
            } else {
                fields.put(line.substring(0, equals), line.substring(equals + 3).strip());
            }
        }
        return new HexVector(file, comment.toString(), Octets.of(HexFormat.of().parseHex(hex)), type, fields);
    }

    @Override
    public String toString() {
        return file + ": " + comment;
    }
}
