package ferrite.driver.pcid;

import ferrite.driver.pcid.OpenFiles.OpenFile;
import ferrite.hw.pci.FunctionConfig;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.PluginState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What pcid hands to its successor, version 1: `DataOutput` order, big-endian.
///
/// | field        | form                                                            |
/// |--------------|-----------------------------------------------------------------|
/// | bridgeScheme | UTF                                                             |
/// | bridgeRing   | int                                                             |
/// | ecam         | long, file on that ring                                         |
/// | functions    | int count, each: [FunctionConfig#BYTES] bytes, driver as UTF    |
/// | nextFile     | long                                                            |
/// | files        | int count, each: long number, int ring, path as UTF; ascending  |
///
/// @param files open files by number
record PcidState(
        String bridgeScheme,
        int bridgeRing,
        long ecam,
        List<PciFunction> functions,
        long nextFile,
        Map<Long, OpenFile> files) {
    static final int VERSION = 1;

    /// All functions of one segment.
    private static final int FUNCTIONS_MAX = 1 << 16;

    PluginState encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(bridgeScheme);
            out.writeInt(bridgeRing);
            out.writeLong(ecam);
            out.writeInt(functions.size());
            for (PciFunction function : functions) {
                byte[] config = new byte[FunctionConfig.BYTES];
                function.config().encode(MemorySegment.ofArray(config), 0);
                out.write(config);
                out.writeUTF(function.driver());
            }
            out.writeLong(nextFile);
            out.writeInt(files.size());
            for (Map.Entry<Long, OpenFile> file : files.entrySet()) {
                out.writeLong(file.getKey());
                out.writeInt(file.getValue().ring());
                out.writeUTF(file.getValue().node().path());
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return new PluginState(VERSION, bytes.toByteArray());
    }

    /// @throws SchemeException EOPNOTSUPP for another version, EBADMSG for bytes that make no sense
    static PcidState decode(PluginState state) {
        if (state.version() != VERSION) {
            throw new SchemeException(Errno.EOPNOTSUPP, "pcid state version " + state.version() + " ≠ " + VERSION);
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state.bytes()))) {
            String bridgeScheme = in.readUTF();
            int bridgeRing = in.readInt();
            long ecam = in.readLong();
            List<PciFunction> functions = functions(in);
            long nextFile = in.readLong();
            Map<Long, OpenFile> files = files(in, nextFile);
            require(in.read() < 0, "bytes after the end");
            return new PcidState(bridgeScheme, bridgeRing, ecam, functions, nextFile, files);
        } catch (IOException truncated) {
            throw new SchemeException(Errno.EBADMSG, "pcid state: " + truncated);
        }
    }

    private static List<PciFunction> functions(DataInputStream in) throws IOException {
        int count = in.readInt();
        require(count >= 0 && count <= FUNCTIONS_MAX, "functions " + count);
        List<PciFunction> functions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] config = in.readNBytes(FunctionConfig.BYTES);
            require(config.length == FunctionConfig.BYTES, "cut in function " + i);
            functions.add(new PciFunction(FunctionConfig.decode(MemorySegment.ofArray(config), 0), in.readUTF()));
        }
        return functions;
    }

    private static Map<Long, OpenFile> files(DataInputStream in, long nextFile) throws IOException {
        int count = in.readInt();
        require(count >= 0 && count <= OpenFiles.FILES_MAX, "files " + count);
        Map<Long, OpenFile> files = new TreeMap<>();
        long before = 0;
        for (int i = 0; i < count; i++) {
            long number = in.readLong();
            require(number > before && number < nextFile, "file " + number);
            int ring = in.readInt();
            String path = in.readUTF();
            PciNode node = PciNode.parse(path)
                    .orElseThrow(() -> new SchemeException(Errno.EBADMSG, "pcid state: path \"" + path + '"'));
            files.put(number, new OpenFile(node, ring));
            before = number;
        }
        return files;
    }

    private static void require(boolean good, String what) {
        if (!good) {
            throw new SchemeException(Errno.EBADMSG, "pcid state: " + what);
        }
    }
}
