package ferrite.runtime.shell;

import ferrite.runtime.Kernel;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;

/// `hexdump`: bytes in the canonical form of `hexdump -C`, equal lines as one `*`.
final class Hexdump implements Command {
    private final Kernel kernel;

    Hexdump(Kernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public String name() {
        return "hexdump";
    }

    @Override
    public String usage() {
        return "hexdump [-n BYTES] PATH";
    }

    @Override
    public String summary() {
        return "bytes in hexadecimal and as text; -n only the first ones";
    }

    @Override
    public void run(List<String> arguments, Streams streams) {
        boolean limited = arguments.size() == 3 && arguments.getFirst().equals("-n");
        long bytes = limited ? Sizes.parse("-n", arguments.get(1)) : Long.MAX_VALUE;
        String path = Arguments.one(this, limited ? arguments.subList(2, 3) : arguments);
        try (Session session = new Session(kernel, name())) {
            Canonical lines = new Canonical(streams.out());
            session.copy(path, lines, bytes);
            lines.end();
        }
    }

    /// Turns bytes into lines.
    static final class Canonical extends OutputStream {
        private static final int LINE_BYTES = 16;

        private final PrintStream out;
        private final byte[] line = new byte[LINE_BYTES];
        private final byte[] previous = new byte[LINE_BYTES];
        private int filled;
        private long offset;
        private boolean starred;

        Canonical(PrintStream out) {
            this.out = out;
        }

        @Override
        public void write(int value) {
            line[filled++] = (byte) value;
            if (filled == LINE_BYTES) {
                full();
            }
        }

        /// Prints what is left, and the number of bytes.
        void end() {
            if (filled > 0) {
                print(filled);
                offset += filled;
            }
            if (offset > 0) {
                out.println(hex(offset, 8));
            }
        }

        private void full() {
            if (offset > 0 && Arrays.equals(line, previous)) {
                if (!starred) {
                    out.println('*');
                }
                starred = true;
            } else {
                print(LINE_BYTES);
                starred = false;
            }
            System.arraycopy(line, 0, previous, 0, LINE_BYTES);
            offset += LINE_BYTES;
            filled = 0;
        }

        private void print(int count) {
            StringBuilder text = new StringBuilder(80).append(hex(offset, 8)).append("  ");
            for (int i = 0; i < LINE_BYTES; i++) {
                text.append(i < count ? hex(line[i] & 0xFF, 2) : "  ").append(i == 7 ? "  " : " ");
            }
            text.append(" |");
            for (int i = 0; i < count; i++) {
                char c = (char) (line[i] & 0xFF);
                text.append(c >= ' ' && c < 0x7F ? c : '.');
            }
            out.println(text.append('|'));
        }

        private static String hex(long value, int digits) {
            String text = Long.toHexString(value);
            return "0".repeat(Math.max(0, digits - text.length())) + text;
        }
    }
}
