package ferrite.client.file;

import ferrite.client.FakePool;
import ferrite.client.FakeRing;
import ferrite.spi.buffer.BufferSlice;
import ferrite.spi.error.Errno;
import ferrite.spi.error.SchemeException;
import ferrite.spi.ring.Opcode;
import ferrite.spi.ring.RingParameters;
import ferrite.spi.ring.SubmissionQueueEntry;
import ferrite.spi.scheme.OpenFlags;
import ferrite.spi.scheme.Stat;
import ferrite.spi.scheme.StatVfs;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/// A machine with a few schemes, in memory.
///
/// | path           | what                                                          |
/// |----------------|---------------------------------------------------------------|
/// | `file:…`       | files and directories; everything works                       |
/// | `disk:0`       | a block device of 512-byte blocks; knows no names, no removal |
/// | `text:hello`   | a file that does not tell its size, in a scheme that lists by reading |
/// | `pipe:`        | cannot be read at an offset                                   |
/// | `secret:…`     | EACCES                                                        |
/// | `evil:…`       | answers nonsense                                              |
final class FakeMachine implements FakeRing.Server, Sessions {
    static final int BLOCK_BYTES = 512;

    final FakePool pool = new FakePool();
    final AtomicInteger openFiles = new AtomicInteger();
    final AtomicInteger sessions = new AtomicInteger();
    final byte[] disk = new byte[40 * BLOCK_BYTES];

    /// Contents of `file:` by path; a directory has none.
    private final TreeMap<String, byte[]> files = new TreeMap<>();

    private final Map<Long, String> open = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private long nextFile = 100;

    FakeMachine() {
        files.put("", new byte[0]);
        directories.add("");
    }

    private final java.util.Set<String> directories = new java.util.HashSet<>();

    void put(String path, byte[] content) {
        files.put(path, content);
    }

    byte[] content(String path) {
        byte[] content = files.get(path);
        if (content == null) {
            throw new AssertionError("no file " + path + " in " + files.keySet());
        }
        return content;
    }

    boolean has(String path) {
        return files.containsKey(path);
    }

    @Override
    public Session open() {
        sessions.incrementAndGet();
        FakeRing ring = new FakeRing(RingParameters.DEFAULT, this);
        return Session.of(ring, pool, () -> {
            sessions.decrementAndGet();
            ring.close();
        });
    }

    @Override
    public void handle(FakeRing ring, FakeRing.Sent sent) {
        long status;
        long[] extra = new long[1];
        lock.lock();
        try {
            status = serve(sent, extra);
        } catch (SchemeException failed) {
            status = failed.errno().status();
        } finally {
            lock.unlock();
        }
        ring.complete(sent.tag(), status, 0, extra[0]);
    }

    private long serve(FakeRing.Sent sent, long[] extra) {
        SubmissionQueueEntry entry = sent.entry();
        return switch (Opcode.ofOrNop(sent.opcode())) {
            case OPEN -> openPath(text(sent.bytes()), entry.offset());
            case CLOSE -> {
                if (open.remove(entry.fd()) == null) {
                    throw error(Errno.EBADF);
                }
                openFiles.decrementAndGet();
                yield 0;
            }
            case FSTAT -> {
                stat(name(entry)).encode(sent.bytes().segment(), 0);
                yield Stat.BYTES;
            }
            case FSTATVFS -> {
                if (!name(entry).startsWith("file:")) {
                    throw error(Errno.ENOSYS);
                }
                new StatVfs(512, 100, 40).encode(sent.bytes().segment(), 0);
                yield StatVfs.BYTES;
            }
            case READ -> readSequentially(name(entry), sent.bytes());
            case PREAD -> read(name(entry), entry.offset(), sent.bytes());
            case PWRITE -> write(name(entry), entry.offset(), sent.bytes());
            case GETDENTS -> list(name(entry), entry.offset(), sent.bytes(), extra);
            case FTRUNCATE -> {
                String path = fileName(entry);
                files.put(path, Arrays.copyOf(content(path), (int) entry.offset()));
                yield 0;
            }
            case FSYNC -> 0;
            case UNLINK, RMDIR -> remove(text(sent.bytes()), sent.opcode() == Opcode.RMDIR.code());
            case FRENAME -> {
                String path = fileName(entry);
                String target = after("file:", text(sent.bytes()));
                files.put(target, content(path));
                files.remove(path);
                yield 0;
            }
            case CANCEL -> Errno.ENOENT.status();
            default -> Errno.ENOSYS.status();
        };
    }

    private long openPath(String path, long flags) {
        if (path.startsWith("secret:")) {
            throw error(Errno.EACCES);
        }
        boolean exists = path.equals(":")
                || path.equals("disk:")
                || path.equals("disk:0")
                || path.equals("pipe:")
                || path.equals("text:")
                || path.equals("text:hello")
                || path.startsWith("evil:");
        if (path.startsWith("file:")) {
            String file = after("file:", path);
            exists = files.containsKey(file);
            if (exists && (flags & OpenFlags.EXCL) != 0) {
                throw error(Errno.EEXIST);
            }
            if (!exists && (flags & OpenFlags.CREAT) != 0) {
                int slash = file.lastIndexOf('/');
                String parent = slash < 0 ? "" : file.substring(0, slash);
                if (!directories.contains(parent)) {
                    throw error(files.containsKey(parent) ? Errno.ENOTDIR : Errno.ENOENT);
                }
                files.put(file, new byte[0]);
                if ((flags & OpenFlags.DIRECTORY) != 0) {
                    directories.add(file);
                }
                exists = true;
            }
            if (exists && (flags & OpenFlags.TRUNC) != 0) {
                files.put(file, new byte[0]);
            }
        } else if (!exists && !path.startsWith("text:") && !path.startsWith("disk:")) {
            throw error(Errno.ENODEV);
        }
        if (!exists) {
            throw error(Errno.ENOENT);
        }
        openFiles.incrementAndGet();
        open.put(nextFile, path);
        return nextFile++;
    }

    private Stat stat(String path) {
        return switch (path) {
            case ":", "disk:", "text:" -> new Stat(0, 1, Stat.MODE_DIRECTORY);
            case "disk:0" -> new Stat(disk.length, BLOCK_BYTES, Stat.MODE_BLOCK);
            case "text:hello" -> new Stat(0, 1, Stat.MODE_FILE);
            case "pipe:" -> new Stat(0, 1, Stat.MODE_CHARACTER);
            case "evil:names" -> new Stat(0, 1, Stat.MODE_DIRECTORY);
            case "evil:block" -> new Stat(10, 0, Stat.MODE_BLOCK);
            case "evil:size" -> new Stat(-1, 1, Stat.MODE_FILE);
            case "evil:count" -> new Stat(10, 1, Stat.MODE_FILE);
            default -> {
                String file = after("file:", path);
                boolean directory = directories.contains(file);
                yield new Stat(content(file).length, 1, directory ? Stat.MODE_DIRECTORY : Stat.MODE_FILE);
            }
        };
    }

    private long read(String path, long offset, BufferSlice into) {
        return switch (path) {
            case "disk:0" -> {
                requireAligned(offset, into);
                yield copy(disk, offset, into);
            }
            case "text:" -> copy(bytes("hello"), offset, into);
            case "text:hello" -> copy(bytes("hello world"), offset, into);
            case "pipe:" -> throw error(Errno.ESPIPE);
            case "evil:count" -> 1L << 40;
            default -> copy(content(after("file:", path)), offset, into);
        };
    }

    private static long readSequentially(String path, BufferSlice into) {
        if (!path.equals("pipe:")) {
            throw error(Errno.ENOSYS);
        }
        return copy(bytes("from the pipe"), 0, into);
    }

    private long write(String path, long offset, BufferSlice from) {
        byte[] bytes = from.segment().toArray(ValueLayout.JAVA_BYTE);
        if (path.equals("disk:0")) {
            requireAligned(offset, from);
            System.arraycopy(bytes, 0, disk, (int) offset, bytes.length);
            return bytes.length;
        }
        String file = after("file:", path);
        byte[] content = content(file);
        byte[] changed = Arrays.copyOf(content, (int) Math.max(content.length, offset + bytes.length));
        System.arraycopy(bytes, 0, changed, (int) offset, bytes.length);
        files.put(file, changed);
        return bytes.length;
    }

    private void requireAligned(long offset, BufferSlice slice) {
        if (offset % BLOCK_BYTES != 0 || slice.length() % BLOCK_BYTES != 0 || offset + slice.length() > disk.length) {
            throw error(Errno.EINVAL);
        }
    }

    private long list(String path, long cursor, BufferSlice into, long[] extra) {
        String names = switch (path) {
            case ":" -> "disk\nevil\nfile\npipe\nsecret\ntext\n";
            case "disk:" -> "0\n";
            case "evil:names" -> "good\n\n.\n..\n../../x\n/abs\nnul\0l\n";
            case "text:" -> throw error(Errno.ENOSYS);
            default -> children(after("file:", path));
        };
        // One name a call, so that the cursor matters.
        int end = names.indexOf('\n', (int) cursor);
        if (path.equals("evil:names")) {
            end = names.length() - 1;
        }
        if (cursor >= names.length()) {
            return 0;
        }
        extra[0] = end + 1L;
        return copy(bytes(names.substring((int) cursor, end + 1)), 0, into);
    }

    private String children(String directory) {
        String prefix = directory.isEmpty() ? "" : directory + '/';
        StringBuilder names = new StringBuilder();
        for (String file : files.keySet()) {
            boolean child = file.startsWith(prefix) && file.length() > prefix.length();
            if (child && file.indexOf('/', prefix.length()) < 0) {
                names.append(file, prefix.length(), file.length()).append('\n');
            }
        }
        return names.toString();
    }

    private long remove(String path, boolean directory) {
        if (!path.startsWith("file:")) {
            throw error(Errno.ENOSYS);
        }
        String file = after("file:", path);
        if (!files.containsKey(file)) {
            throw error(Errno.ENOENT);
        }
        if (directory && !children(file).isEmpty()) {
            throw error(Errno.ENOTEMPTY);
        }
        files.remove(file);
        directories.remove(file);
        return 0;
    }

    private String name(SubmissionQueueEntry entry) {
        String path = open.get(entry.fd());
        if (path == null) {
            throw error(Errno.EBADF);
        }
        return path;
    }

    private String fileName(SubmissionQueueEntry entry) {
        return after("file:", name(entry));
    }

    private static String after(String prefix, String path) {
        if (!path.startsWith(prefix)) {
            throw error(Errno.ENOSYS);
        }
        return path.substring(prefix.length());
    }

    private static long copy(byte[] content, long offset, BufferSlice into) {
        if (offset >= content.length) {
            return 0;
        }
        int count = (int) Math.min(content.length - offset, into.length());
        MemorySegment.copy(content, (int) offset, into.segment(), ValueLayout.JAVA_BYTE, 0, count);
        return count;
    }

    private static String text(BufferSlice slice) {
        return new String(slice.segment().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static SchemeException error(Errno errno) {
        return new SchemeException(errno, "fake machine");
    }
}
