package ferrite.device.pcihostbridge;

import ferrite.hw.pci.PciAddress;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.scheme.Request;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The files that drivers have open on the bridge, by number.
///
/// | path                | kind     |
/// |---------------------|----------|
/// | (empty)             | listing  |
/// | `resources`         | text     |
/// | `ecam`              | `Ecam`   |
/// | `window/BASE/BYTES` | `Window` |
final class BridgeFiles {
    /// Most files open at once.
    static final int FILES_MAX = 4096;

    private static final String LISTING = "resources\necam\n";

    /// What a file number stands for.
    sealed interface OpenFile {
        /// Ring that opened it.
        int ring();

        /// Text to be read.
        ///
        /// @param path as it was opened
        record Text(int ring, String path) implements OpenFile {}

        /// The enhanced configuration mechanism.
        record Ecam(int ring) implements OpenFile {}

        /// Part of the memory window.
        ///
        /// @param range bus addresses
        record Window(int ring, MemoryWindow range) implements OpenFile {}
    }

    private final MemoryWindow memory;
    private @Nullable OpenFile[] files = new OpenFile[16];

    BridgeFiles(MemoryWindow memory) {
        this.memory = memory;
    }

    /// Opens a path.
    ///
    /// @return the file's number
    /// @throws SchemeException ENOENT, EINVAL for a bad window, EMFILE
    long open(int ring, String path) {
        return add(parse(ring, path));
    }

    private OpenFile parse(int ring, String path) {
        return switch (path) {
            case "", "resources" -> new OpenFile.Text(ring, path);
            case "ecam" -> new OpenFile.Ecam(ring);
            default -> {
                String[] parts = path.split("/", -1);
                if (parts.length != 3 || !parts[0].equals("window")) {
                    throw new SchemeException(
                            Errno.ENOENT, "\"" + path + "\"; there are resources, ecam and window/BASE/BYTES");
                }
                yield new OpenFile.Window(ring, window(path, parts[1], parts[2]));
            }
        };
    }

    private MemoryWindow window(String path, String base, String bytes) {
        MemoryWindow window;
        try {
            window = new MemoryWindow(Long.parseLong(base, 16), Long.parseLong(bytes, 16));
        } catch (NumberFormatException notHexadecimal) {
            throw new SchemeException(Errno.EINVAL, "\"" + path + "\"; write two hexadecimal numbers");
        }
        if (window.bytes() <= 0 || !memory.contains(window.base(), window.bytes())) {
            throw new SchemeException(
                    Errno.EINVAL,
                    "\"" + path + "\" does not lie in the memory window, " + hex(memory.base()) + ", "
                            + hex(memory.bytes()) + " bytes");
        }
        return window;
    }

    private int add(OpenFile file) {
        for (int i = 0; i < files.length; i++) {
            if (files[i] == null) {
                files[i] = file;
                return i;
            }
        }
        int number = files.length;
        if (number >= FILES_MAX) {
            throw new SchemeException(Errno.EMFILE, FILES_MAX + " files are open on the bridge");
        }
        OpenFile[] larger = new OpenFile[2 * number];
        System.arraycopy(files, 0, larger, 0, number);
        files = larger;
        files[number] = file;
        return number;
    }

    /// The file with a number; null if none has it.
    @Nullable
    OpenFile find(long number) {
        return number >= 0 && number < files.length ? files[(int) number] : null;
    }

    /// Ends a file.
    ///
    /// @return whether there was one
    boolean close(long number) {
        boolean found = find(number) != null;
        if (found) {
            files[(int) number] = null;
        }
        return found;
    }

    /// Ends all files that a ring opened.
    void detached(int ring) {
        for (int i = 0; i < files.length; i++) {
            OpenFile file = files[i];
            if (file != null && file.ring() == ring) {
                files[i] = null;
            }
        }
    }

    /// Bus address of a memory access.
    long busAddress(Request request) {
        return find(request.file()) instanceof OpenFile.Window window
                ? window.range().base() + request.address()
                : request.address();
    }

    /// What a text file holds.
    byte[] text(OpenFile.Text file) {
        String text = file.path().isEmpty()
                ? LISTING
                : "memory " + hex(memory.base()) + ' ' + hex(memory.bytes()) + "\nbuses 0x0 0x0\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Path of a file as it was opened.
    static String path(OpenFile file) {
        return switch (file) {
            case OpenFile.Text text -> text.path();
            case OpenFile.Ecam _ -> "ecam";
            case OpenFile.Window window ->
                String.format(
                        Locale.ROOT,
                        "window/%x/%x",
                        window.range().base(),
                        window.range().bytes());
        };
    }

    /// Bytes of a file as `Fstat` tells them.
    long size(OpenFile file) {
        return switch (file) {
            case OpenFile.Text text -> text(text).length;
            case OpenFile.Ecam _ -> PciAddress.ECAM_SEGMENT_BYTES;
            case OpenFile.Window window -> window.range().bytes();
        };
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    void save(StateWriter state) {
        int count = 0;
        for (OpenFile file : files) {
            count += file == null ? 0 : 1;
        }
        state.i32(count);
        for (int i = 0; i < files.length; i++) {
            OpenFile file = files[i];
            if (file != null) {
                state.i32(i).i32(file.ring()).block(path(file).getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    void restore(StateReader state) {
        int count = state.i32("open files", 0, FILES_MAX);
        for (int i = 0; i < count; i++) {
            int number = state.i32("file", 0, FILES_MAX - 1);
            int ring = state.i32("ring of a file", Integer.MIN_VALUE, Integer.MAX_VALUE);
            String path = new String(state.block("path", 64), StandardCharsets.UTF_8);
            while (number >= files.length) {
                OpenFile[] larger = new OpenFile[2 * files.length];
                System.arraycopy(files, 0, larger, 0, files.length);
                files = larger;
            }
            StateReader.require(files[number] == null, "a file twice", number);
            try {
                files[number] = parse(ring, path);
            } catch (SchemeException bad) {
                throw new SchemeException(Errno.EBADMSG, "state holds file " + number + " = " + bad.getMessage());
            }
        }
    }
}
