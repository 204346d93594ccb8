package ferrite.filed;

import ferrite.filed.host.HostFile;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.plugin.PluginState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/// What filed hands to its successor, version 1: `DataOutput` order, big-endian. The host's descriptors stay open, with
/// their locks; the successor finds them by number and checks that they are what they were.
///
/// | field      | type     | meaning                                            |
/// |------------|----------|----------------------------------------------------|
/// | nextNumber | i64      | that no file has had                               |
/// | count      | i32      | files; of each follows:                            |
/// | number     | i64      | of the file, as clients know it                    |
/// | ring       | i32      | by which it was opened                             |
/// | flags      | i64      | how it was opened                                  |
/// | export     | i8       | 1: the path is the name of an export               |
/// | path       | UTF      | without the scheme                                 |
/// | descriptor | i32      | of the host; −1: open it again                     |
/// | device     | i64      | of the host                                        |
/// | inode      | i64      | of the host                                        |
///
/// @param nextNumber that no file has had, ≥ 1
/// @param files by number
record FiledState(long nextNumber, Map<Long, Entry> files) {
    static final int VERSION = 1;

    /// One file.
    record Entry(int ring, long flags, boolean export, String path, HostFile.Saved host) {
        static Entry of(OpenFile open) {
            HostFile file = open.file();
            return new Entry(open.ring(), open.mode().flags(), open.isExport(), file.path(), file.save());
        }
    }

    static FiledState of(OpenFiles open) {
        Map<Long, Entry> files = new TreeMap<>();
        open.all().forEach((number, file) -> files.put(number, Entry.of(file)));
        return new FiledState(open.nextNumber(), files);
    }

    PluginState encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(nextNumber);
            out.writeInt(files.size());
            for (Map.Entry<Long, Entry> each : files.entrySet()) {
                Entry file = each.getValue();
                out.writeLong(each.getKey());
                out.writeInt(file.ring());
                out.writeLong(file.flags());
                out.writeBoolean(file.export());
                out.writeUTF(file.path());
                out.writeInt(file.host().fd());
                out.writeLong(file.host().device());
                out.writeLong(file.host().inode());
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return new PluginState(VERSION, bytes.toByteArray());
    }

    /// @throws SchemeException EOPNOTSUPP for another version, EBADMSG for bytes that make no sense
    static FiledState decode(PluginState state) {
        if (state.version() != VERSION) {
            throw new SchemeException(Errno.EOPNOTSUPP, "filed state version " + state.version() + " ≠ " + VERSION);
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state.bytes()))) {
            long nextNumber = in.readLong();
            int count = in.readInt();
            require(nextNumber >= 1 && count >= 0 && count <= OpenFiles.FILES_MAX, "counts");
            Map<Long, Entry> files = new TreeMap<>();
            for (int i = 0; i < count; i++) {
                long number = in.readLong();
                require(number >= 1 && number < nextNumber && !files.containsKey(number), "file " + number);
                files.put(
                        number,
                        new Entry(
                                in.readInt(),
                                in.readLong(),
                                in.readBoolean(),
                                in.readUTF(),
                                new HostFile.Saved(in.readInt(), in.readLong(), in.readLong())));
            }
            require(in.read() < 0, "bytes after the end");
            return new FiledState(nextNumber, files);
        } catch (IOException truncated) {
            throw new SchemeException(Errno.EBADMSG, "filed state: " + truncated);
        }
    }

    private static void require(boolean good, String what) {
        if (!good) {
            throw new SchemeException(Errno.EBADMSG, "filed state: " + what);
        }
    }
}
