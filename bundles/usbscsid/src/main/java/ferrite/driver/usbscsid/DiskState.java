package ferrite.driver.usbscsid;

import ferrite.driver.usbscsid.BulkOnlyTransport.Progress;
import ferrite.driver.usbscsid.DiskRequest.Kind;
import ferrite.driver.usbscsid.OpenFiles.OpenFile;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.PluginState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What usbscsid hands to its successor, version 1: `DataOutput` order, big-endian, the fields in the order of
/// [#encode]. The command in work goes on: its transfers are in the host controller's hands, their answers wait on
/// the ring.
///
/// @param ring to xhcid
/// @param scratch place of the scratch slice in the pool
record DiskState(
        int ring,
        UsbPipes.Files pipes,
        int interfaceNumber,
        long scratch,
        DiskGeometry geometry,
        Progress progress,
        DiskQueue.Stage stage,
        List<Queued> queue,
        long nextFile,
        Map<Long, OpenFile> files) {
    static final int VERSION = 1;

    private static final int QUEUE_MAX = 1 << 20;
    private static final int PARTS = BulkOnlyTransport.CBW | BulkOnlyTransport.DATA | BulkOnlyTransport.CSW;

    /// A request in the queue.
    ///
    /// @param request its number
    record Queued(long request, Kind kind, long offset, long length, long done, int retries, boolean cancelled) {
        static Queued of(DiskRequest each) {
            return new Queued(
                    each.request().id(),
                    each.kind(),
                    each.offset(),
                    each.length(),
                    each.done(),
                    each.retries(),
                    each.isCancelled());
        }
    }

    PluginState encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(ring);
            out.writeLong(pipes.control());
            out.writeLong(pipes.in());
            out.writeLong(pipes.out());
            out.writeInt(interfaceNumber);
            out.writeLong(scratch);
            encode(geometry, out);
            encode(progress, out);
            out.writeBoolean(stage.sensing());
            out.writeLong(stage.piece());
            out.writeLong(stage.moved());
            out.writeInt(queue.size());
            for (Queued each : queue) {
                encode(each, out);
            }
            out.writeLong(nextFile);
            out.writeInt(files.size());
            for (Map.Entry<Long, OpenFile> file : new TreeMap<>(files).entrySet()) {
                out.writeLong(file.getKey());
                out.writeByte(file.getValue().node().code());
                out.writeBoolean(file.getValue().writable());
                out.writeInt(file.getValue().ring());
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return new PluginState(VERSION, bytes.toByteArray());
    }

    private static void encode(DiskGeometry geometry, DataOutputStream out) throws IOException {
        out.writeLong(geometry.blocks());
        out.writeInt(geometry.blockBytes());
        out.writeBoolean(geometry.readOnly());
        out.writeUTF(geometry.vendor());
        out.writeUTF(geometry.model());
        out.writeUTF(geometry.revision());
    }

    private static void encode(Progress progress, DataOutputStream out) throws IOException {
        out.writeInt(progress.tag());
        out.writeBoolean(progress.busy());
        out.writeBoolean(progress.in());
        out.writeLong(progress.expected());
        out.writeInt(progress.outstanding());
        out.writeLong(progress.cbwStatus());
        out.writeLong(progress.dataStatus());
        out.writeLong(progress.cswStatus());
        out.writeInt(progress.retries());
    }

    private static void encode(Queued queued, DataOutputStream out) throws IOException {
        out.writeLong(queued.request());
        out.writeByte(queued.kind().code());
        out.writeLong(queued.offset());
        out.writeLong(queued.length());
        out.writeLong(queued.done());
        out.writeInt(queued.retries());
        out.writeBoolean(queued.cancelled());
    }

    /// @throws SchemeException EOPNOTSUPP for another version, EBADMSG for bytes that make no sense
    static DiskState decode(PluginState state) {
        if (state.version() != VERSION) {
            throw new SchemeException(Errno.EOPNOTSUPP, "usbscsid state version " + state.version() + " ≠ " + VERSION);
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state.bytes()))) {
            int ring = in.readInt();
            UsbPipes.Files pipes = new UsbPipes.Files(in.readLong(), in.readLong(), in.readLong());
            int interfaceNumber = range(in.readInt(), 255, "interface");
            long scratch = in.readLong();
            DiskGeometry geometry = geometry(in);
            Progress progress = progress(in);
            DiskQueue.Stage stage = stage(in, geometry);
            List<Queued> queue = queue(in, geometry);
            require(!progress.busy() || !queue.isEmpty(), "a command for nobody");
            long nextFile = in.readLong();
            Map<Long, OpenFile> files = files(in, nextFile);
            require(in.read() < 0, "bytes after the end");
            return new DiskState(
                    ring, pipes, interfaceNumber, scratch, geometry, progress, stage, queue, nextFile, files);
        } catch (IOException truncated) {
            throw new SchemeException(Errno.EBADMSG, "usbscsid state: " + truncated);
        }
    }

    private static DiskGeometry geometry(DataInputStream in) throws IOException {
        DiskGeometry geometry = new DiskGeometry(
                in.readLong(), in.readInt(), in.readBoolean(), in.readUTF(), in.readUTF(), in.readUTF());
        require(geometry.isSensible(), "a disk of " + geometry.blocks() + " blocks");
        return geometry;
    }

    private static Progress progress(DataInputStream in) throws IOException {
        Progress progress = new Progress(
                in.readInt(),
                in.readBoolean(),
                in.readBoolean(),
                in.readLong(),
                in.readInt(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readInt());
        require(progress.expected() >= 0 && progress.expected() <= DiskQueue.COMMAND_BYTES_MAX, "expected bytes");
        require((progress.outstanding() & ~PARTS) == 0, "outstanding transfers");
        require(progress.busy() || progress.outstanding() == 0, "transfers without a command");
        require(progress.retries() >= 0, "retries");
        return progress;
    }

    private static DiskQueue.Stage stage(DataInputStream in, DiskGeometry geometry) throws IOException {
        DiskQueue.Stage stage = new DiskQueue.Stage(in.readBoolean(), in.readLong(), in.readLong());
        require(stage.piece() >= 0 && stage.piece() <= DiskQueue.COMMAND_BYTES_MAX, "piece");
        require(stage.piece() % geometry.blockBytes() == 0, "piece");
        require(stage.moved() >= 0 && stage.moved() <= stage.piece(), "moved");
        return stage;
    }

    private static List<Queued> queue(DataInputStream in, DiskGeometry geometry) throws IOException {
        int count = range(in.readInt(), QUEUE_MAX, "requests");
        List<Queued> queue = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Queued queued = new Queued(
                    in.readLong(),
                    Kind.of(in.readByte()).orElseThrow(() -> nonsense("kind")),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    range(in.readInt(), DiskQueue.RETRIES_MAX, "retries"),
                    in.readBoolean());
            long blockBytes = geometry.blockBytes();
            boolean inside = queued.offset() >= 0
                    && queued.length() >= 0
                    && queued.offset() <= geometry.bytes() - queued.length();
            boolean aligned = ((queued.offset() | queued.length() | queued.done()) & blockBytes - 1) == 0;
            require(inside && aligned, "request at " + queued.offset());
            require(queued.done() >= 0 && queued.done() <= queued.length(), "request at " + queued.offset());
            queue.add(queued);
        }
        return queue;
    }

    private static Map<Long, OpenFile> files(DataInputStream in, long nextFile) throws IOException {
        int count = range(in.readInt(), OpenFiles.FILES_MAX, "files");
        Map<Long, OpenFile> files = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            long number = in.readLong();
            require(number > 0 && number < nextFile && !files.containsKey(number), "file " + number);
            DiskNode node = DiskNode.of(in.readByte()).orElseThrow(() -> nonsense("node"));
            files.put(number, new OpenFile(node, in.readBoolean(), in.readInt()));
        }
        return files;
    }

    private static int range(int value, int most, String what) {
        require(value >= 0 && value <= most, what + ' ' + value + " not in 0.." + most);
        return value;
    }

    private static SchemeException nonsense(String what) {
        return new SchemeException(Errno.EBADMSG, "usbscsid state: " + what);
    }

    private static void require(boolean good, String what) {
        if (!good) {
            throw nonsense(what);
        }
    }
}
